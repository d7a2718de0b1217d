"""The 49 foundational capabilities of AWS CAF-AI, as the platform's one vocabulary for tagging.

Source: *AWS Cloud Adoption Framework for Artificial Intelligence, Machine Learning, and
Generative AI*, 13 February 2024. AWS keeps that paper for historical reference, so the
version is pinned here; whatever is added later is a crosswalk, never a change of these names.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

WHITEPAPER: Final = "AWS CAF-AI, 13 Feb 2024"


class Perspective(StrEnum):
    """The six stakeholder views of the whitepaper."""

    BUSINESS = "Business"
    PEOPLE = "People"
    GOVERNANCE = "Governance"
    PLATFORM = "Platform"
    SECURITY = "Security"
    OPERATIONS = "Operations"


class Capability(StrEnum):
    """One foundational capability; the value is its stable identifier in tags and events."""

    STRATEGY_MANAGEMENT = "business.strategy-management"
    PRODUCT_MANAGEMENT = "business.product-management"
    BUSINESS_INSIGHT = "business.business-insight"
    PORTFOLIO_MANAGEMENT = "business.portfolio-management"
    INNOVATION_MANAGEMENT = "business.innovation-management"
    GENERATIVE_AI = "business.generative-ai"
    DATA_MONETIZATION = "business.data-monetization"
    STRATEGIC_PARTNERSHIP = "business.strategic-partnership"
    DATA_SCIENCE = "business.data-science"

    ML_FLUENCY = "people.ml-fluency"
    WORKFORCE_TRANSFORMATION = "people.workforce-transformation"
    ORGANIZATIONAL_ALIGNMENT = "people.organizational-alignment"
    CULTURE_EVOLUTION = "people.culture-evolution"
    TRANSFORMATIONAL_LEADERSHIP = "people.transformational-leadership"
    CLOUD_FLUENCY = "people.cloud-fluency"
    ORGANIZATION_DESIGN = "people.organization-design"

    CLOUD_FINANCIAL_MANAGEMENT = "governance.cloud-financial-management"
    DATA_CURATION = "governance.data-curation"
    RISK_MANAGEMENT = "governance.risk-management"
    RESPONSIBLE_USE_OF_AI = "governance.responsible-use-of-ai"
    PROGRAM_AND_PROJECT_MANAGEMENT = "governance.program-and-project-management"
    DATA_GOVERNANCE = "governance.data-governance"
    BENEFITS_MANAGEMENT = "governance.benefits-management"
    APPLICATION_PORTFOLIO_MANAGEMENT = "governance.application-portfolio-management"

    PLATFORM_ARCHITECTURE = "platform.platform-architecture"
    MODERN_APPLICATION_DEVELOPMENT = "platform.modern-application-development"
    AI_LIFECYCLE_MANAGEMENT = "platform.ai-lifecycle-management-and-mlops"
    DATA_ARCHITECTURE = "platform.data-architecture"
    PLATFORM_ENGINEERING = "platform.platform-engineering"
    DATA_ENGINEERING = "platform.data-engineering"
    PROVISIONING_AND_ORCHESTRATION = "platform.provisioning-and-orchestration"
    CONTINUOUS_INTEGRATION_AND_DELIVERY = "platform.continuous-integration-and-delivery"

    VULNERABILITY_MANAGEMENT = "security.vulnerability-management"
    SECURITY_GOVERNANCE = "security.security-governance"
    SECURITY_ASSURANCE = "security.security-assurance"
    THREAT_DETECTION = "security.threat-detection"
    INFRASTRUCTURE_PROTECTION = "security.infrastructure-protection"
    DATA_PROTECTION = "security.data-protection"
    APPLICATION_SECURITY = "security.application-security"
    IDENTITY_AND_ACCESS_MANAGEMENT = "security.identity-and-access-management"
    INCIDENT_RESPONSE = "security.incident-response"

    INCIDENT_AND_PROBLEM_MANAGEMENT = "operations.incident-and-problem-management"
    PERFORMANCE_AND_CAPACITY = "operations.performance-and-capacity"
    OBSERVABILITY = "operations.observability"
    EVENT_MANAGEMENT = "operations.event-management"
    CHANGE_AND_RELEASE_MANAGEMENT = "operations.change-and-release-management"
    CONFIGURATION_MANAGEMENT = "operations.configuration-management"
    PATCH_MANAGEMENT = "operations.patch-management"
    AVAILABILITY_AND_CONTINUITY = "operations.availability-and-continuity-management"

    @property
    def perspective(self) -> Perspective:
        """The whitepaper's perspective that this capability belongs to."""
        return Perspective(self.value.split(".", 1)[0].capitalize())

    @property
    def label(self) -> str:
        """The capability's name as the whitepaper prints it."""
        return _TITLES.get(self, _titled(self.value.split(".", 1)[1]))

    @property
    def enriched(self) -> bool:
        """Whether the whitepaper says anything about it for AI, or only names it."""
        return self not in NAMED_ONLY


def _titled(slug: str) -> str:
    words = slug.replace("-", " ").split()
    return " ".join(word if word in {"and", "of"} else word.capitalize() for word in words)


_TITLES: Final = {
    Capability.GENERATIVE_AI: "Generative AI",
    Capability.ML_FLUENCY: "ML Fluency",
    Capability.CLOUD_FINANCIAL_MANAGEMENT: "Cloud Financial Management (CFM)",
    Capability.RESPONSIBLE_USE_OF_AI: "Responsible use of AI",
    Capability.AI_LIFECYCLE_MANAGEMENT: "AI Lifecycle Management and MLOps",
    Capability.CONTINUOUS_INTEGRATION_AND_DELIVERY: (
        "Continuous Integration and Continuous Delivery"
    ),
    Capability.IDENTITY_AND_ACCESS_MANAGEMENT: "Identity and Access Management (IAM)",
    Capability.EVENT_MANAGEMENT: "Event Management (AIOps)",
}

NEW_IN_CAF_AI: Final = frozenset(
    {Capability.GENERATIVE_AI, Capability.ML_FLUENCY, Capability.RESPONSIBLE_USE_OF_AI}
)

NAMED_ONLY: Final = frozenset(
    {
        Capability.DATA_MONETIZATION,
        Capability.STRATEGIC_PARTNERSHIP,
        Capability.DATA_SCIENCE,
        Capability.TRANSFORMATIONAL_LEADERSHIP,
        Capability.CLOUD_FLUENCY,
        Capability.ORGANIZATION_DESIGN,
        Capability.PROGRAM_AND_PROJECT_MANAGEMENT,
        Capability.DATA_GOVERNANCE,
        Capability.BENEFITS_MANAGEMENT,
        Capability.APPLICATION_PORTFOLIO_MANAGEMENT,
        Capability.IDENTITY_AND_ACCESS_MANAGEMENT,
        Capability.INCIDENT_RESPONSE,
        Capability.OBSERVABILITY,
        Capability.EVENT_MANAGEMENT,
        Capability.CHANGE_AND_RELEASE_MANAGEMENT,
        Capability.CONFIGURATION_MANAGEMENT,
        Capability.PATCH_MANAGEMENT,
        Capability.AVAILABILITY_AND_CONTINUITY,
    }
)


@dataclass(frozen=True)
class CapabilityRow:
    """A catalogue row, ready to print: identifier, label, perspective, enriched or named only."""

    capability: Capability
    label: str
    perspective: Perspective
    enriched: bool


def catalogue() -> tuple[CapabilityRow, ...]:
    """Every capability in the whitepaper's order."""
    return tuple(CapabilityRow(c, c.label, c.perspective, c.enriched) for c in Capability)
