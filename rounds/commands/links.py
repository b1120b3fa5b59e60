"""rounds links: the links of a demo clinic."""

import json
from dataclasses import asdict

from rounds.demo.clinic import keep_a_visit_open
from rounds.demo.links import DemoLinks, list_links
from rounds.kernel.config import Settings
from rounds.resources import Foundation, lay_foundation


async def links(settings: Settings, as_json: bool, fresh: bool) -> None:
    """Print the links; `fresh` opens another visit first, with links nobody has used."""
    foundation = lay_foundation(settings)
    try:
        if fresh:
            await list_links(foundation.units, settings, foundation.signer)
            await keep_a_visit_open(
                foundation.units, foundation.passwords, settings.secret(), fresh=True
            )
        await print_links(foundation, as_json)
    finally:
        await foundation.close()


async def print_links(foundation: Foundation, as_json: bool) -> None:
    """Print the links of the demo. Raises Forbidden where there is none."""
    found = await list_links(foundation.units, foundation.settings, foundation.signer)
    print(json.dumps(asdict(found), indent=2) if as_json else _text(found), flush=True)


def _text(found: DemoLinks) -> str:
    lines = ["Sign in as:"]
    lines += [f"  {one.name} ({one.role})\n    {one.url}" for one in found.people]
    for visit, when in zip(found.visits, ("open now", "later"), strict=False):
        lines.append(f"\nVisit, {when}:")
        lines += [
            f"  {who}\n    {url}"
            for who, url in (("patient", visit.patient_url), ("relative", visit.relative_url))
            if url
        ]
        lines += [f"  PIN {visit.pin}"] if visit.pin else []
    return "\n".join(lines)
