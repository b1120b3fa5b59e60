"""rounds doctor --network: tries the way in, step by step, and names the one that fails."""

import json

from rounds.commands.reach import look_at_reach
from rounds.kernel.clock import SystemClock
from rounds.kernel.config import Settings
from rounds.kernel.errors import Invalid
from rounds.kernel.signing import Signer
from rounds.media.probe import probe_key
from rounds.reach.check import check
from rounds.reach.plan import Plan, make_plan, read_plan
from rounds.reach.step import State, Step
from rounds.resources import relay_of


async def examine_network(settings: Settings, code: str | None, as_json: bool) -> bool:
    """Print every step as it is done; return whether none failed. Raises Invalid for the code."""
    plan = read_plan(code) if code else _own(settings)
    steps = []
    async for step in check(plan):
        steps.append(step)
        if not as_json:
            print(_line(step), flush=True)
    if as_json:
        print(json.dumps({"steps": [_values(step) for step in steps]}, indent=2))
    return not any(step.state == State.FAILED for step in steps)


def print_code(settings: Settings) -> None:
    """Print what another machine needs to try the way in from its own network."""
    print("On a machine in another network where rounds is installed, within the hour:\n")
    print(f"  rounds doctor --network --code {_own(settings).code()}")


def _own(settings: Settings) -> Plan:
    refused = [one for one in look_at_reach(settings) if one.refuses]
    if refused:
        raise Invalid("\n".join(f"{one.said}\n  Fix: {one.remedy}" for one in refused))
    if not (settings.data / "secret").exists():
        raise Invalid(
            f"No server has ever run with the data folder {settings.data}.\n"
            "  Fix: give this command the same settings as the server (ROUNDS_DATA, …)."
        )
    key = probe_key(Signer(settings.secret()))
    return make_plan(settings, key, relay_of(settings), SystemClock().now())


def _line(step: Step) -> str:
    said = f"{step.state} ({step.name}): {step.said}"
    return f"{said}\n  Fix: {step.fix}" if step.fix else said


def _values(step: Step) -> dict[str, str]:
    return {"step": step.name, "state": step.state, "said": step.said, "fix": step.fix}
