"""rounds doctor: every finding with its fix."""

import json

from rounds.commands.doctor import Finding, look_at_data, look_at_settings
from rounds.commands.media import look_at_ports
from rounds.kernel.config import Settings
from rounds.resources import lay_foundation


async def examine(settings: Settings, as_json: bool = False) -> bool:
    """Print the findings; return whether the server would start."""
    findings = [*look_at_settings(settings), *look_at_ports(settings)]
    if not any(finding.refuses for finding in findings):
        foundation = lay_foundation(settings)
        try:
            findings += [finding async for finding in look_at_data(foundation)]
        finally:
            await foundation.close()
    print(_json(findings) if as_json else _text(findings))
    return not any(finding.refuses for finding in findings)


def _text(findings: list[Finding]) -> str:
    lines = [
        f"{'refused' if one.refuses else 'weak'}: {one.said}\n  Fix: {one.remedy}"
        for one in findings
    ]
    return "\n".join(lines) or "All is well."


def _json(findings: list[Finding]) -> str:
    told = [
        {"level": "refused" if one.refuses else "weak", "what": one.said, "fix": one.remedy}
        for one in findings
    ]
    return json.dumps({"findings": told}, indent=2)
