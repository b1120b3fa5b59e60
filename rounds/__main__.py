"""Command line: one word each for serving, trying, migrating, examining, keeping, restoring."""

import argparse
import asyncio
import gc
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from rounds import __version__
from rounds.commands.measures import add_measures
from rounds.commands.rules import add_rules
from rounds.kernel.config import MOST_MEDIA_PROCESSES, Settings
from rounds.kernel.errors import Refusal
from rounds.media.sfu.process import MediaProcess

EPILOG = (
    "Settings come from the environment (ROUNDS_PORT, ROUNDS_DATA, ROUNDS_PUBLIC_URL, …); "
    "see docs/OPERATIONS.md."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status: 0 well, 1 refused, 2 wrong words.

    A command that has more to say sets `status` itself, as `audit verify` does.
    """
    given = _parser().parse_args(arguments)
    try:
        settings = _settings(given)
    except ValidationError as fault:
        for error in fault.errors(include_url=False):
            name = "ROUNDS_" + "_".join(str(part) for part in error["loc"]).upper()
            print(f"{name}: {error['msg']}", file=sys.stderr)
        return 2
    # A server that comes back in the middle of a call has no time to spare: the media processes
    # read their code while this one does. And nothing that is being read is garbage; looking for
    # some takes a fifth of the time.
    serves = given.run is _serve or (given.run is _demo and not given.prepare_only)
    if serves:
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # asks for fresh processes: they are
    given.media = [MediaProcess() for _ in settings.media_udp_ports] if serves else []
    gc.disable()
    from rounds.commands.serve import Refused  # noqa: PLC0415 - keeps --help quick

    gc.enable()
    try:
        asyncio.run(given.run(settings, given))
    except Refused as refused:
        print(f"rounds does not start:\n{refused}" if serves else str(refused), file=sys.stderr)
        return 1
    except (Refusal, PermissionError) as refused:
        print(str(refused), file=sys.stderr)
        return 1
    except SQLAlchemyError as fault:
        print(f"The database says no ({type(fault).__name__}).", file=sys.stderr)
        print("  Fix: run rounds doctor", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 130
    finally:
        for process in given.media:
            process.kill()
        for process in given.media:
            process.end()
    return int(getattr(given, "status", 1 if getattr(given, "failed", False) else 0))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "rounds", description="Video visits and rounds for a clinic.", epilog=EPILOG
    )
    parser.add_argument("--version", action="version", version=f"rounds {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    serve = _command(commands, "serve", "run the server", _serve)
    demo = _command(commands, "demo", "make a demo clinic, print its links and serve it", _demo)
    for one in (serve, demo):
        one.add_argument("--host", help="address to listen on (default: this machine alone)")
        one.add_argument("--port", type=int, help="TCP port for HTTP, UDP port for media")
        one.add_argument("--tls-cert", metavar="FILE", help="certificate chain (PEM)")
        one.add_argument("--tls-key", metavar="FILE", help="private key (PEM)")
        one.add_argument(
            "--self-signed",
            action="store_true",
            default=None,
            help="HTTPS with a certificate of our own making, to try it on a phone at home",
        )
    demo.add_argument(
        "--prepare-only", action="store_true", help="make the clinic and stop before serving"
    )
    migrate = _command(commands, "migrate", "bring the database to this version", _migrate)
    migrate.add_argument("--to", default="head", metavar="REVISION", help="another revision")
    doctor = _command(commands, "doctor", "look for unsafe or weak settings", _doctor)
    doctor.add_argument("--json", action="store_true", help="for programs")
    doctor.add_argument(
        "--network", action="store_true", help="try the way in to the running server, step by step"
    )
    way = doctor.add_mutually_exclusive_group()
    way.add_argument("--code", metavar="CODE", help="try it from this machine, with a code")
    way.add_argument(
        "--print-code", action="store_true", help="print such a code, good for an hour"
    )
    _add_operations(commands)
    links = _command(commands, "links", "print the links of a demo clinic", _links)
    links.add_argument("--json", action="store_true", help="for programs")
    links.add_argument(
        "--fresh", action="store_true", help="open another visit with unused links first"
    )
    _add_audit(commands)
    _add_admin(commands)
    add_measures(commands, _command)
    _add_bench(commands)
    add_rules(commands, EPILOG)
    return parser


def _add_bench(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    bench = commands.add_parser("bench", help="measure this machine", epilog=EPILOG)
    deeds = bench.add_subparsers(title="commands", required=True, metavar="COMMAND")
    media = _command(
        deeds, "media", "say how many visits and conferences this machine holds", _bench_media
    )
    media.add_argument(
        "--processes",
        type=int,
        choices=range(1, MOST_MEDIA_PROCESSES + 1),
        default=1,
        metavar="N",
        help="media processes to load at once (1)",
    )
    media.add_argument("--seconds", type=_length, default=6.0, help="length of a run, 3 to 60 (6)")
    media.add_argument(
        "--minutes", type=float, default=15.0, help="begin no further run after so many (15)"
    )
    media.add_argument("--json", action="store_true", help="for programs")


def _add_audit(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    audit = commands.add_parser("audit", help="look after the trail", epilog=EPILOG)
    deeds = audit.add_subparsers(title="commands", required=True, metavar="COMMAND")
    verify = _command(
        deeds,
        "verify",
        "look whether the trail is as it was written: status 0 whole, 2 broken, 3 cut off",
        _audit_verify,
    )
    verify.add_argument(
        "--checkpoint",
        type=Path,
        metavar="FILE",
        help="compare with this copy of the checkpoints (default: the file in the data folder)",
    )
    verify.add_argument("--json", action="store_true", help="for programs")


def _add_admin(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    admin = commands.add_parser(
        "admin", help="set the clinic up", description="Set the clinic up.", epilog=EPILOG
    )
    deeds = admin.add_subparsers(title="commands", required=True, metavar="COMMAND")
    create = _command(
        deeds, "create", "make the clinic and its first administrator, or another one", _create
    )
    for name, help in (
        ("--name", "the administrator's name"),
        ("--email", "their e-mail; for an administrator who is here already, a new link"),
        ("--clinic", "name of the clinic"),
        ("--phone", "telephone that patients call"),
        ("--time-zone", "such as Europe/London"),
        ("--country", "two letters, such as GB"),
        ("--language", "such as en-GB"),
        ("--crisis-number", "whom patients call in danger, where we do not know it"),
        ("--crisis-text", "the sentence before that number"),
        ("--crisis-source", "where both are from"),
    ):
        create.add_argument(name, help=help)
    create.add_argument(
        "--reset-second-factor",
        action="store_true",
        help="let an administrator who lost phone and recovery codes set up a new one",
    )


def _add_operations(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    backup = _command(commands, "backup", "write the whole clinic to one sealed file", _backup)
    backup.add_argument("file", nargs="?", type=Path, help="file or folder (default: this folder)")
    backup.add_argument("--keep", type=int, metavar="N", help="leave only the newest N in a folder")
    restore = _command(commands, "restore", "restore a backup into an empty database", _restore)
    restore.add_argument("file", type=Path, help="the backup")
    restore.add_argument(
        "--verify", action="store_true", help="only rehearse it, beside the clinic's database"
    )
    for one in (backup, restore):
        one.add_argument("--key", type=Path, metavar="FILE", help="the key of your backups")
    backup.add_argument("--make-key", type=Path, metavar="FILE", help="make such a key, once")
    retention = _command(commands, "retention", "delete what its time is over for", _retention)
    way = retention.add_mutually_exclusive_group(required=True)
    way.add_argument("--dry-run", action="store_true", help="count, and delete nothing")
    way.add_argument("--run", action="store_true", dest="really", help="delete")
    retention.add_argument("--json", action="store_true", help="for programs")


def _length(word: str) -> float:
    seconds = float(word)
    if not 3 <= seconds <= 60:
        raise ValueError
    return seconds


Run = Callable[[Settings, argparse.Namespace], Awaitable[None]]


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, help: str, run: Run
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name, help=help, description=help.capitalize() + ".", epilog=EPILOG
    )
    parser.set_defaults(run=run)
    return parser


def _settings(given: argparse.Namespace) -> Settings:
    named = ("host", "port", "tls_cert", "tls_key", "self_signed")
    told = {name: value for name in named if (value := getattr(given, name, None)) is not None}
    settings = Settings(**told)
    if given.run is _demo and settings.media_processes is None:
        # Whoever tries it at home opens one UDP port.
        settings = settings.model_copy(update={"media_processes": 1})
    return settings


async def _serve(settings: Settings, given: argparse.Namespace) -> None:
    from rounds.commands.serve import serve  # noqa: PLC0415

    await serve(settings, given.media)


async def _demo(settings: Settings, given: argparse.Namespace) -> None:
    from rounds.commands.demo import demo  # noqa: PLC0415

    await demo(settings, given.media)


async def _create(settings: Settings, given: argparse.Namespace) -> None:
    from rounds.commands.admin import create_admin  # noqa: PLC0415

    await create_admin(settings, given)


async def _migrate(settings: Settings, given: argparse.Namespace) -> None:
    from rounds.commands.migrate import migrate_to  # noqa: PLC0415

    await migrate_to(settings, given.to)


async def _doctor(settings: Settings, given: argparse.Namespace) -> None:
    if given.network or given.code or given.print_code:
        await _doctor_of_network(settings, given)
        return
    from rounds.commands.examine import examine  # noqa: PLC0415

    given.failed = not await examine(settings, given.json)


async def _doctor_of_network(settings: Settings, given: argparse.Namespace) -> None:
    from rounds.commands.network import examine_network, print_code  # noqa: PLC0415

    if given.print_code:
        print_code(settings)
    else:
        given.failed = not await examine_network(settings, given.code, given.json)


async def _backup(settings: Settings, given: argparse.Namespace) -> None:
    from rounds.commands.backup import backup, make_backup_key  # noqa: PLC0415

    if given.make_key is not None:
        make_backup_key(given.make_key, settings)
    else:
        await backup(settings, given.file, given.key, given.keep)


async def _restore(settings: Settings, given: argparse.Namespace) -> None:
    from rounds.commands.restore import restore_from  # noqa: PLC0415

    await restore_from(settings, given.file, given.key, given.verify)


async def _retention(settings: Settings, given: argparse.Namespace) -> None:
    from rounds.commands.retention import retention  # noqa: PLC0415

    await retention(settings, given.really, given.json)


async def _links(settings: Settings, given: argparse.Namespace) -> None:
    from rounds.commands.links import links  # noqa: PLC0415

    await links(settings, given.json, given.fresh)


async def _bench_media(settings: Settings, given: argparse.Namespace) -> None:
    from rounds.commands.bench import bench_media  # noqa: PLC0415

    await bench_media(settings, given.processes, given.seconds, given.minutes, given.json)


async def _audit_verify(settings: Settings, given: argparse.Namespace) -> None:
    from rounds.commands.audit import verify_trail  # noqa: PLC0415

    given.status = await verify_trail(settings, given.checkpoint, given.json)


if __name__ == "__main__":
    raise SystemExit(main())
