"""How a job waits for an outside that is silent: given pauses, one after the other, then no more. Only `Unavailable` is waited for."""

from __future__ import annotations

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from govpost.common.refusal import Unavailable


class Patience(BaseRetryStrategy):
    """`pauses` in seconds. Exponential waits grow into weeks; these end when they say."""

    def __init__(self, *pauses: int) -> None:
        self.pauses = pauses

    def is_last(self, attempts: int) -> bool:
        """Whether nobody tries again after a try that `attempts` others came before (a job's own count)."""
        return attempts >= len(self.pauses)

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if not isinstance(exception, Unavailable) or self.is_last(job.attempts):
            return None
        return RetryDecision(retry_in={"seconds": self.pauses[job.attempts]})
