"""What is asked of a client's User-Agent. Source: docs/reference/yiffy.md, user agents."""

import re

from polybooru.api.yiffy.options import Options, UserAgents

_LONGEST = 500
_DEFAULT = re.compile(
    r"(?:python-requests|axios|node-fetch|undici|okhttp|Go-http-client|Java|curl|Wget)(?:/[\d.]+)?",
    re.IGNORECASE | re.ASCII,
)
_CRAWLERS = ("bot", "crawler", "spider")


def fault(user_agent: str, options: Options) -> str | None:
    """Why this one is refused; None if it is not."""
    if options.user_agents is UserAgents.OFF:
        return None
    agent = user_agent[:_LONGEST].strip()
    folded = agent.lower()
    if any(blocked in folded for blocked in options.blocked_user_agents):
        return "Requests with this user agent were abused."
    return _strict_fault(agent, folded) if options.user_agents is UserAgents.STRICT else None


def _strict_fault(agent: str, folded: str) -> str | None:
    if not agent:
        return "The user agent is missing. Name your application and a way to reach you."
    if any(word in folded for word in _CRAWLERS) and "http" in folded and "compatible;" in folded:
        return "Crawlers have nothing to look for here."
    if _DEFAULT.fullmatch(agent):
        return "This is the user agent of a library. Name your application and a way to reach you."
    if "/" not in agent and not any(character.isspace() for character in agent):
        return "One word says too little. Name your application and a way to reach you."
    return None
