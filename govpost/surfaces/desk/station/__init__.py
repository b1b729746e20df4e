"""The station desk 邮政驻点窗口: match, label, bag, balance."""
