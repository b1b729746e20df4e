"""Facts about configuration. Nobody reacts to them: whoever pins a profile reads it when it counts."""

from __future__ import annotations

PROFILE_ADDED = "profiles.profile_added"
VERSION_ADDED = "profiles.version_added"
VERSION_WITHDRAWN = "profiles.version_withdrawn"

PUBLIC = {PROFILE_ADDED, VERSION_ADDED, VERSION_WITHDRAWN}
