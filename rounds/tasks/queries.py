"""Finding tasks and their steps."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.kernel.actor import Role
from rounds.people.model import Matter, Responsibility
from rounds.rooms.arrivals_model import CheckIn
from rounds.rooms.model import Seat
from rounds.tasks.model import OriginKind, Task, TaskState, TaskStep

ACTIVE = (TaskState.OPEN, TaskState.ACCEPTED)
UNFINISHED = (*ACTIVE, TaskState.DECLINED)


async def task_by_id(session: AsyncSession, id: str) -> Task | None:
    """Return a task."""
    return await session.get(Task, id)


async def locked_task(session: AsyncSession, id: str) -> Task | None:
    """Return a task as it stands now, locked for the caller's transaction."""
    found = await session.execute(
        select(Task)
        .where(Task.id == id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return found.scalar_one_or_none()


async def task_by_key(session: AsyncSession, patient: str, key: str) -> Task | None:
    """Return the task of a patient that was given under a key."""
    found = await session.execute(select(Task).where(Task.patient_id == patient, Task.key == key))
    return found.scalar_one_or_none()


async def tasks_of_origin(session: AsyncSession, kind: OriginKind, id: str) -> Sequence[Task]:
    """Return the tasks that came from a thing, the first given first; over or not."""
    found = await session.execute(
        select(Task).where(Task.origin_kind == kind, Task.origin_id == id).order_by(Task.id)
    )
    return found.scalars().all()


async def tasks_of_patient(session: AsyncSession, patient: str, most: int) -> Sequence[Task]:
    """Return what is to be done for a patient by its day, then what is over, the newest first."""
    over = Task.state.not_in(UNFINISHED)
    found = await session.execute(
        select(Task)
        .where(Task.patient_id == patient, ~over)
        .order_by(Task.due_on, Task.id)
        .limit(most)
    )
    past = await session.execute(
        select(Task).where(Task.patient_id == patient, over).order_by(Task.id.desc()).limit(most)
    )
    return [*found.scalars().all(), *past.scalars().all()]


async def tasks_of_family(
    session: AsyncSession, patient: str, owners: Iterable[str], closed_after: datetime
) -> Sequence[Task]:
    """Return what patient or family have to do, and what they did since a moment, by its day."""
    found = await session.execute(
        select(Task)
        .where(
            Task.patient_id == patient,
            Task.owner_id.in_(set(owners)),
            or_(
                Task.state.in_(ACTIVE),
                and_(Task.state == TaskState.DONE, Task.closed_at > closed_after),
            ),
        )
        .order_by(Task.due_on, Task.id)
    )
    return found.scalars().all()


async def tasks_for(
    session: AsyncSession, clinic: str, person: str, role: Role | None, coordinates: Iterable[str]
) -> Sequence[Task]:
    """Return what may wait for a member of staff, by its day.

    What they have and what their role has, what they gave and was declined, and all that is
    unfinished of the patients they coordinate; which of it does wait is for the reader to say.
    """
    theirs = and_(
        Task.state.in_(ACTIVE),
        or_(Task.owner_id == person, and_(Task.owner_id.is_(None), Task.owner_role == role)),
    )
    declined = and_(Task.state == TaskState.DECLINED, Task.given_by == person)
    found = await session.execute(
        select(Task)
        .where(
            Task.clinic_id == clinic,
            Task.state.in_(UNFINISHED),
            or_(theirs, declined, Task.patient_id.in_(set(coordinates))),
        )
        .order_by(Task.due_on, Task.id)
    )
    return found.scalars().all()


async def coordinated_by(session: AsyncSession, person: str, matter: Matter) -> frozenset[str]:
    """Return the patients for whom somebody answers for a matter now."""
    found = await session.execute(
        select(Responsibility.patient_id).where(
            Responsibility.person_id == person,
            Responsibility.matter == matter,
            Responsibility.ends_at.is_(None),
        )
    )
    return frozenset(found.scalars())


async def unfinished_of(session: AsyncSession, patient: str, owner: str) -> Sequence[Task]:
    """Return what a person still has to do for a patient, locked."""
    found = await session.execute(
        select(Task)
        .where(Task.patient_id == patient, Task.owner_id == owner, Task.state.in_(ACTIVE))
        .order_by(Task.id)
        .with_for_update(key_share=True)
    )
    return found.scalars().all()


async def overdue_tasks(session: AsyncSession, clinic: str, today: date) -> Sequence[Task]:
    """Return what was due before a day and of which somebody has not been told yet."""
    found = await session.execute(
        select(Task)
        .where(
            Task.clinic_id == clinic,
            Task.state.in_(ACTIVE),
            Task.due_on < today,
            or_(Task.reminded_at.is_(None), Task.raised_at.is_(None)),
        )
        .order_by(Task.due_on, Task.id)
    )
    return found.scalars().all()


async def steps_of(session: AsyncSession, task: str) -> Sequence[TaskStep]:
    """Return what was done to a task, the first first."""
    found = await session.execute(
        select(TaskStep).where(TaskStep.task_id == task).order_by(TaskStep.id)
    )
    return found.scalars().all()


async def newest_check_in(session: AsyncSession, person: str) -> CheckIn | None:
    """Return what somebody told on arriving last, as long as that is kept."""
    found = await session.execute(
        select(CheckIn)
        .join(Seat, Seat.id == CheckIn.seat_id)
        .where(Seat.person_id == person)
        .order_by(CheckIn.answered_at.desc(), CheckIn.id.desc())
        .limit(1)
    )
    return found.scalar_one_or_none()
