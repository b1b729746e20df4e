"""Short messages: a small signed POST of GovPost's own, not a vendor's protocol; a vendor gets a folder beside this one."""
