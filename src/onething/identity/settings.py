"""Settings of this room."""

from typing import Literal

from pydantic import Field, SecretStr, field_validator

from onething.core.access import Role
from onething.core.persons.numbers import PersonDocument
from onething.core.settings import RoomSettings, WebAddress

CLAIMS = {
    "name": "name",
    "id_number": "citizen_id id_number",
    "paper": "id_type certificate_type",
    "paper_country": "id_country certificate_country",
    "former_number": "former_id_number former_id_numbers",
    "phone": "phone_number phone",
    "role": "role",
    "agency": "agency",
    "city": "served_city",
    "grants": "granted_acts",
    "org_code": "org_code",
    "org_name": "org_name",
}
"""What is wanted of a person → where a provider says it, unless the settings say otherwise."""
ROLES = {"officer": "officer", "admin": "admin", "auditor": "auditor", "citizen": "citizen", "company": "citizen"}
"""A provider's role → ours, unless the settings say otherwise."""
SANDBOX_SECRET = "sandbox-secret"  # noqa: S105 - everybody knows it, which is why production refuses it


OURS = tuple(role.value for role in Role if role is not Role.SYSTEM)


class IdentitySettings(RoomSettings):
    """The provider that signs people in."""

    oidc_issuer: WebAddress = "http://127.0.0.1:8100"
    """The provider's issuer, as its discovery document names it; https in production."""
    oidc_client_id: str = "onething"
    oidc_client_secret: SecretStr = SecretStr(SANDBOX_SECRET)
    """Empty for a public client, which proves itself by PKCE alone."""
    oidc_client_auth: Literal["auto", "client_secret_basic", "client_secret_post"] = "auto"
    """How the secret is shown to the token endpoint; `auto`: as the discovery document allows, Basic first."""
    oidc_scopes: str = "openid profile phone"
    """Scopes asked for, separated by blanks; `openid` is added where it is missing."""
    oidc_userinfo: Literal["auto", "always", "never"] = "auto"
    """Whether claims are also fetched from the userinfo endpoint; `auto`: when the ID token lacks something that is wanted."""
    oidc_claims: dict[str, str] = Field(default_factory=dict)
    """Where the provider says what is wanted, as JSON: of `name`, `id_number`, `paper` (what kind of paper the number is of; left out:
    a citizen id), `paper_country` (who issued a passport),
    `former_number` (one or several that she had before), `phone`, `role`, `agency`, `city`, `grants`, `org_code`, `org_name`
    to the name of a claim, a dotted path (`realm_access.roles`), or several separated by blanks, the first that is there counting."""
    oidc_papers: dict[str, str] = Field(default_factory=dict)
    """The provider's kinds of papers → `citizen_id`, `residence_permit`, `hk_macao_permit`, `taiwan_permit`, `permanent_residence`,
    `passport`, as JSON; these words themselves need no entry. Who comes with a paper that is not known is refused."""
    oidc_roles: dict[str, str] = Field(default_factory=dict)
    """The provider's roles → `officer`, `admin`, `auditor`, `citizen`, as JSON; "" for roles that mean nothing here, `*` for all
    that are not named. Who has only roles that are not known is refused."""
    oidc_agencies: dict[str, str] = Field(default_factory=dict)
    """The provider's names of agencies → ids of the city package, as JSON; ids themselves need no entry. Officials of agencies
    that the city does not have are refused."""
    oidc_cities: dict[str, str] = Field(default_factory=dict)
    """The provider's names of cities → ids of city packages, as JSON; ids themselves need no entry. Officials of cities that are not
    served here are refused. Where the provider names no city, an official works for the city of `ONETHING_CITY`: an installation
    that serves one city may leave the claim out."""
    oidc_grants: dict[str, str] = Field(default_factory=dict)
    """The provider's words → acts of [rights](rights.md), several separated by blanks, as JSON: `{"policy-approver": "policy.clause.approve"}`;
    names of acts themselves, also with `*` at their end, need no entry. Where the provider grants anything to an official, of her
    role's acts that change something only these are hers; where it says nothing, all are."""
    oidc_keys_seconds: int = Field(default=300, ge=30, le=900)
    """How old the provider's discovery document and keys may grow before they are fetched anew. While it does not answer, its last
    keys are believed three times as long; a key it has withdrawn is believed no longer."""

    @field_validator("oidc_claims")
    @classmethod
    def _wanted(cls, value: dict[str, str]) -> dict[str, str]:
        if unknown := value.keys() - CLAIMS.keys():
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}; known are {', '.join(CLAIMS)}")
        return value

    @field_validator("oidc_papers")
    @classmethod
    def _papers(cls, value: dict[str, str]) -> dict[str, str]:
        if unknown := set(value.values()) - set(PersonDocument):
            raise ValueError(f"no papers: {', '.join(sorted(unknown))}; there are {', '.join(PersonDocument)}")
        return value

    @field_validator("oidc_roles")
    @classmethod
    def _ours(cls, value: dict[str, str]) -> dict[str, str]:
        if unknown := set(value.values()) - {"", *OURS}:
            raise ValueError(f"not roles of ours: {', '.join(sorted(unknown))}; ours are {', '.join(OURS)}")
        return value
