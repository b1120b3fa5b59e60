"""rounds doctor: every finding with its fix."""

from rounds.commands.doctor import look_at_data, look_at_settings
from rounds.kernel.config import Settings
from rounds.resources import lay_foundation


async def examine(settings: Settings) -> bool:
    """Print the findings; return whether the server would start."""
    findings = list(look_at_settings(settings))
    if not any(finding.refuses for finding in findings):
        foundation = lay_foundation(settings)
        try:
            findings += [finding async for finding in look_at_data(foundation)]
        finally:
            await foundation.close()
    for finding in findings:
        print(f"{'refused' if finding.refuses else 'weak'}: {finding.what}\n  Fix: {finding.fix}")
    if not findings:
        print("All is well.")
    return not any(finding.refuses for finding in findings)
