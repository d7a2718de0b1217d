"""Stage *data_card*: is it said who answers for the data, and how closely it is held?"""

from caf_governance.catalogue.completeness import described
from caf_pipelines.stage import stage
from caf_platform.capabilities import Capability
from caf_platform.decision import Decision
from caf_platform.project.model import Declaration


@stage("data_card", Capability.DATA_CURATION, Capability.DATA_GOVERNANCE)
def data_card(project: Declaration) -> Decision:
    """Judge the data card before a training: without owner, steward and class there is none."""
    return described(project)
