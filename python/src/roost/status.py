# SPDX-License-Identifier: Apache-2.0
"""The status of jobs, as ``sc.statusTracker()`` tells it: queries are not divided into jobs here, so there are none."""

from __future__ import annotations

from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional

__all__ = ["SparkJobInfo", "SparkStageInfo", "StatusTracker"]

SparkJobInfo = namedtuple("SparkJobInfo", "jobId stageIds status")
SparkStageInfo = namedtuple(
    "SparkStageInfo", "stageId currentAttemptId name numTasks numActiveTasks numCompletedTasks numFailedTasks"
)


class StatusTracker:
    """Tells of jobs and stages that run."""

    def getJobIdsForGroup(self, jobGroup: Optional[str] = None) -> List[int]:
        """The jobs of a group."""
        return []

    def getActiveStageIds(self) -> List[int]:
        """The stages that run."""
        return []

    def getActiveJobsIds(self) -> List[int]:
        """The jobs that run."""
        return []

    def getJobInfo(self, jobId: int) -> Optional[SparkJobInfo]:
        """What is known of a job."""
        return None

    def getStageInfo(self, stageId: int) -> Optional[SparkStageInfo]:
        """What is known of a stage."""
        return None
