"""Composition root: the only table of contents of routes, namespaces and middleware."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable, Sequence

from aiohttp import web

from rounds import reactions
from rounds.accounts.locking import lock_idle
from rounds.accounts.middleware import PASSWORDS, THROTTLE, SocketDoor, hand_over, recognise
from rounds.accounts.socket import MeNamespace
from rounds.accounts.views import DOORS as ACCOUNTS
from rounds.admin.network import NetworkCheck
from rounds.admin.views import DOORS as ADMIN
from rounds.admin.views import NETWORK
from rounds.audit.checkpoints import Checkpoints
from rounds.audit.sealing import Sealer
from rounds.careplan.archiving import Archive
from rounds.careplan.kinds import SHAPES
from rounds.careplan.socket import CarePlanNamespace
from rounds.careplan.tasking import PlanEntries
from rounds.careplan.version_watch import VersionWatch
from rounds.careplan.views import DOORS as CAREPLAN
from rounds.careplan.views.keys import HUB, PAPER
from rounds.chart.desk import Desk
from rounds.chart.reactions import ChartReactions
from rounds.chart.views import DESK
from rounds.chart.views import DOORS as CHART
from rounds.consent.reactions import AccessReactions
from rounds.consent.views import DOORS as CONSENT
from rounds.demo.views import DOORS as DEMO
from rounds.home.bells import Bells
from rounds.home.reactions import MyReactions, TodayReactions
from rounds.home.views import DOORS as HOME
from rounds.home.views import LIVE, PRESENCE, PUSH_KEY
from rounds.media.engine import MediaEngine, MediaEvent, Restarted
from rounds.media.probe import probe_key
from rounds.media.sfu.fleet import Fleet
from rounds.media.sfu.placement import Limits
from rounds.media.sfu.process import MediaProcess
from rounds.media.sfu.settings import SfuSettings
from rounds.messages import make_sender
from rounds.metrics import Metrics
from rounds.migrations.runner import current
from rounds.notices.push import PushKey
from rounds.notices.sender import Sender
from rounds.people.card import only_card
from rounds.quality.counting_watch import CountingWatch
from rounds.quality.views import DOORS as QUALITY
from rounds.reach.plan import make_plan
from rounds.readiness import Readiness
from rounds.resources import Foundation, folder, relay_of
from rounds.retention.nightly import Nightly
from rounds.rooms.connection_watch import ConnectionWatch
from rounds.rooms.connections import Connections
from rounds.rooms.echo import EchoNamespace
from rounds.rooms.presence import Presence
from rounds.rooms.reactions import RoomReactions
from rounds.rooms.self_testing import Passes
from rounds.rooms.signalling import MediaNamespace
from rounds.rooms.socket import RoomsNamespace
from rounds.rooms.telling import RoomTeller
from rounds.rooms.tickets import AudienceKeeper, Tickets
from rounds.rooms.watch import RoomWatch
from rounds.scheduling.coverage_watch import CoverageWatch
from rounds.scheduling.reactions import ScheduleReactions
from rounds.scheduling.views import DOORS as SCHEDULING
from rounds.tasks.overdue_watch import OverdueWatch
from rounds.tasks.views import DOORS as TASKS_DOORS
from rounds.tasks.views import ENTRIES
from rounds.visits.missed_watch import MissedWatch
from rounds.visits.outlook import read_outlook
from rounds.visits.views import DOORS as VISITS
from rounds.visits.views import PASSES
from rounds.web import health, metrics, reports, static
from rounds.web.doors import Door, add_doors
from rounds.web.farewell import Farewells
from rounds.web.keys import FIGURES, HELP, HINDRANCES, MEDIA, PAGES, SETTINGS, SIGNER, TASKS, UNITS
from rounds.web.live import Live
from rounds.web.middleware import MIDDLEWARES, add_headers
from rounds.web.namespace import Namespace
from rounds.web.people import portrait_url
from rounds.web.sockets import SocketServer

LARGEST_BODY = 1024 * 1024
SESSION_SWEEP_SECONDS = 20.0
SENDER = web.AppKey("sender", Sender)

READINESS = web.AppKey("readiness", Readiness)
MISSED_WATCH = web.AppKey("missed_watch", MissedWatch)
OVERDUE_WATCH = web.AppKey("overdue_watch", OverdueWatch)
CONNECTION_WATCH = web.AppKey("connection_watch", ConnectionWatch)

DOORS: list[Door] = [
    *ACCOUNTS,
    *CONSENT,
    *HOME,
    *CHART,
    *SCHEDULING,
    *TASKS_DOORS,
    *VISITS,
    *CAREPLAN,
    *QUALITY,
    *ADMIN,
    *DEMO,
    *static.DOORS,
    *health.DOORS,
    *metrics.DOORS,
    *reports.DOORS,
]


def make_app(foundation: Foundation, media: Sequence[MediaProcess] = ()) -> web.Application:
    """Build the application over a foundation; it starts media and sockets when it starts.

    `media` are the processes that have been started already and wait.
    """
    middlewares = [hand_over, *MIDDLEWARES, recognise]
    app = web.Application(middlewares=middlewares, client_max_size=LARGEST_BODY)
    app[SETTINGS] = foundation.settings
    app[UNITS] = foundation.units
    app[SIGNER] = foundation.signer
    app[TASKS] = foundation.tasks
    app[PAGES] = foundation.pages
    app[PASSWORDS] = foundation.passwords
    app[THROTTLE] = foundation.throttle
    app[PRESENCE] = Presence()
    app[ENTRIES] = PlanEntries()
    app[PUSH_KEY] = PushKey(foundation.settings.data)
    app[NETWORK] = _network_check(foundation)
    app[DESK] = Desk(foundation.units, foundation.signer, foundation.tasks)
    app.on_response_prepare.append(add_headers)
    add_doors(app, DOORS)
    meeting = _Meeting(app, foundation, media)
    app[MEDIA] = meeting.engine
    app[FIGURES] = meeting.metrics.read
    app[HELP] = lambda: only_card(foundation.units)
    app[READINESS] = Readiness(lambda: current(foundation.engine), foundation.settings.data)
    app[HINDRANCES] = app[READINESS].hindrances
    app.cleanup_ctx.append(meeting.run)
    app.cleanup_ctx.append(_sealing(foundation))
    return app


def _network_check(foundation: Foundation) -> NetworkCheck:
    settings, relay = foundation.settings, relay_of(foundation.settings)
    key = probe_key(foundation.signer)
    return NetworkCheck(
        lambda now: make_plan(settings, key, relay, now), relay, foundation.tasks, foundation.clock
    )


def _sealing(foundation: Foundation) -> Callable[[web.Application], AsyncIterator[None]]:
    """Seal the trail while the server runs. Raises PermissionError for a key others can read."""
    settings = foundation.settings
    key, checkpoints = settings.audit_key(), Checkpoints(settings.data / "audit-checkpoints")

    async def run(_: web.Application) -> AsyncIterator[None]:
        foundation.tasks.start("audit-seal", Sealer(foundation.units, key, checkpoints).run)
        yield

    return run


class _Meeting:
    """Sockets and media, wired to each other."""

    def __init__(
        self,
        app: web.Application,
        foundation: Foundation,
        media_processes: Sequence[MediaProcess],
    ) -> None:
        self._foundation = foundation
        settings, units, pages = foundation.settings, foundation.units, foundation.pages
        server = SocketServer(settings, foundation.tasks)
        farewells = Farewells()
        app.on_response_prepare.append(farewells.add)
        presence = app[PRESENCE]
        self.engine: MediaEngine = Fleet(
            media_settings(foundation),
            self._hear,
            foundation.tasks,
            media_processes,
            Limits(late=settings.media_late_milliseconds / 1000),
        )
        door = SocketDoor(settings, units)
        self._keeper = AudienceKeeper(units, self.engine)
        connections = Connections()
        teller = RoomTeller(
            units,
            pages.languages,
            presence,
            lambda path: portrait_url(pages.assets, path),
            connections,
            read_outlook,
        )
        media = MediaNamespace(
            units, pages.languages, door.refresh, foundation.signer, self.engine, connections
        )
        passes = app[PASSES] = Passes(foundation.signer, relay_of(settings))
        self._echo = EchoNamespace(units, pages.languages, passes, self.engine, foundation.tasks)
        live = app[LIVE] = Live(server)
        me = MeNamespace(units, pages.languages, door.identify, door.refresh, live)
        self._today = TodayReactions(units, live)
        self._chart = ChartReactions(units, live, foundation.tasks)
        self._rooms = RoomReactions(units, teller, self._keeper, media, connections)
        self._coverage = CoverageWatch(units)
        self.missed = app[MISSED_WATCH] = MissedWatch(units)
        self.overdue = app[OVERDUE_WATCH] = OverdueWatch(units)
        self._versions = VersionWatch(units, SHAPES)
        self._watch = RoomWatch(units, presence, teller, self._today.room_changed)
        tickets = Tickets(foundation.signer, relay_of(settings))
        rooms = RoomsNamespace(units, pages.languages, door.identify, door.refresh, tickets, teller)
        self._plans = CarePlanNamespace(
            units,
            pages.languages,
            door.identify,
            door.refresh,
            foundation.tasks,
            foundation.clock,
        )
        app[HUB] = lambda: self._plans.hub
        app[PAPER] = folder("templates") / "careplan" / "paper.typ"
        # In this order: a session that ends loses sound and picture first.
        self.namespaces: tuple[Namespace, ...] = (media, rooms, self._plans, me, self._echo)
        self.metrics = Metrics(
            self.engine,
            lambda: {
                "joins": media.joins,
                "joins_refused": media.joins_refused,
                "sockets": {one.namespace: len(one.connections) for one in self.namespaces},
            },
            lambda: connections.heard,
        )
        self._connections = app[CONNECTION_WATCH] = ConnectionWatch(
            units,
            self.engine,
            connections,
            teller,
            lambda spans: self.metrics.observe(spans, connections.take_paces()),
        )
        for namespace in self.namespaces:
            server.register_namespace(namespace)
        self._sender = app[SENDER] = make_sender(
            settings, pages, foundation.signer, units, foundation.clock, app[PUSH_KEY]
        )
        ears = reactions.Ears(
            rooms=self._rooms,
            today=self._today,
            my=MyReactions(units, live),
            chart=self._chart,
            schedule=ScheduleReactions(units, live),
            access=AccessReactions(units, live, farewells),
            bells=Bells(units, live),
            versions=self._versions,
            me=me,
            plans=self._plans,
            sender=self._sender,
            namespaces=self.namespaces,
        )
        reactions.connect(foundation.bus, ears)
        self._sessions_in_visits = rooms.sessions_present
        server.attend(app)
        self._server = server

    async def run(self, app: web.Application) -> AsyncIterator[None]:
        """Start media, then the sweeps; end media first."""
        await self.engine.start()
        await self._keeper.restore()
        self._plans.begin()
        self._server.begin()
        self._foundation.tasks.start("room-watch", self._watch.run)
        self._foundation.tasks.start("connection-watch", self._connections.run)
        self._foundation.tasks.start("connection-records", self._connections.keep_records)
        self._foundation.tasks.start("loop-lag", self.metrics.watch_loop)
        self._foundation.tasks.start("notices", self._sender.run)
        self._foundation.tasks.start("caseload-resume", app[DESK].resume)
        self._foundation.tasks.start("coverage-watch", self._coverage.run)
        self._foundation.tasks.start("plan-versions", self._versions.run)
        self._foundation.tasks.start("plan-archive", Archive(self._foundation.units, SHAPES).run)
        self._foundation.tasks.start("missed-watch", self.missed.run)
        self._foundation.tasks.start("overdue-watch", self.overdue.run)
        self._foundation.tasks.start("counting", CountingWatch(self._foundation.units).run)
        self._foundation.tasks.start("session-sweep", self._sweep_sessions)
        self._foundation.tasks.start("retention", Nightly(self._foundation.units).run)
        yield
        with contextlib.suppress(Exception):
            await self._server.shutdown()
        with contextlib.suppress(Exception):
            await self._plans.end()
        with contextlib.suppress(Exception):
            await self._connections.close()
        await self.engine.close()

    async def _sweep_sessions(self) -> None:
        while True:
            await asyncio.sleep(SESSION_SWEEP_SECONDS)
            await self.sweep_sessions()

    async def sweep_sessions(self) -> None:
        """Lock the screens nobody sits at; end the sockets of sessions that ran out."""
        settings, units = self._foundation.settings, self._foundation.units
        await lock_idle(units, settings.idle, self._sessions_in_visits())
        for namespace in self.namespaces:
            await namespace.close_ended()

    async def _hear(self, news: MediaEvent) -> None:
        if isinstance(news, Restarted):
            # The matrices are set while seats join again; the engine's own voice must not wait.
            restored = self._keeper.restore(news.rooms)
            self._foundation.tasks.once("media-restore", restored)
        # Whoever tries out their line sits in no room of a visit.
        if isinstance(news, Restarted) or self._echo.holds(news.room):
            await self._echo.hear(news)
            if not isinstance(news, Restarted):
                return
        await self._rooms.media(news)


def media_settings(foundation: Foundation) -> list[SfuSettings]:
    """Return what each media process is told."""
    settings = foundation.settings
    return [
        SfuSettings(
            port=port,
            host=settings.media_host,
            loop=settings.media_loop,
            addresses=settings.told_addresses,
            tcp_port=tcp_port,
            probe_key=probe_key(foundation.signer),
            loopback=settings.listens_on_loopback,
        )
        for port, tcp_port in itertools.zip_longest(
            settings.media_udp_ports, settings.media_tcp_ports
        )
    ]
