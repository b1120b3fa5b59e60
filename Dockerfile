# The server in an image: `docker build -t rounds .`; docker-compose.yml does it by itself.
# Of the base the release is named; who wants the very bytes passes one with its digest:
# `--build-arg BASE=python:3.11-slim-bookworm@sha256:…`. It is what the tests run on.
ARG BASE=python:3.11-slim-bookworm
# The same with a C compiler; nothing of it but /opt/rounds goes into the image.
ARG BUILDER=python:3.11-bookworm

FROM ${BUILDER} AS build
ENV PIP_NO_CACHE_DIR=1
WORKDIR /build
# What rounds stands on changes seldom and stays a layer of its own.
COPY constraints.txt constraints.in pyproject.toml ./
COPY deploy/install.sh deploy/pins.py deploy/
RUN sh deploy/install.sh pins
COPY README.md LICENSE NOTICE ./
COPY rounds rounds
COPY static static
COPY templates templates
RUN sh deploy/install.sh rounds /opt/rounds

FROM ${BASE}
LABEL org.opencontainers.image.title="rounds" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/rounds /opt/rounds
RUN groupadd --gid 10001 rounds \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/rounds --shell /usr/sbin/nologin rounds \
 && install -d -m 0700 -o 10001 -g 10001 /var/lib/rounds
ENV PATH=/opt/rounds/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    ROUNDS_DATA=/var/lib/rounds \
    ROUNDS_LOG_FORMAT=json
USER 10001:10001
WORKDIR /var/lib/rounds
VOLUME /var/lib/rounds
# TCP for pages, UDP for media. Loopback is the default of ROUNDS_HOST: see docker-compose.yml.
EXPOSE 8080/tcp 8080/udp
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ.get('ROUNDS_PORT', '8080')}/healthz\", timeout=4)"]
ENTRYPOINT ["rounds"]
CMD ["serve"]
