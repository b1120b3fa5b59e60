"""Sets one plan as a tagged PDF, in a process of its own that may take little time and memory.

It reads JSON from standard input and writes the PDF to standard output. What people wrote comes in
as data only: typst never reads it as markup. Run by `rounds.careplan.paper`.
"""

import resource
import sys
from pathlib import Path

import typst

SECONDS = 10
"""Processor time; a plan takes a tenth of a second."""
MEMORY = 2 << 30
"""Bytes of address space."""
MISSING_LETTER = 3
"""Exit status: no font here has a letter that somebody wrote."""
UNDISPLAYED = "could not be displayed"


def main() -> int:
    """Set the plan; return the exit status."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    template = Path(sys.argv[1])
    try:
        made = typst.compile(
            template,
            root=template.parent,
            format="pdf",
            # ISO 14289-1: tags, language, title and reading order, or no file at all.
            pdf_standards="ua-1",
            sys_inputs={"plan": sys.stdin.buffer.read().decode()},
        )
    except typst.TypstError as fault:
        # What it says may hold words of the plan, and is not told to anybody.
        return MISSING_LETTER if UNDISPLAYED in fault.message else 1
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
