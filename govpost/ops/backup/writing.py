"""The load of a drill: orders and their events, one after the other, each written down outside once the database acknowledged it."""

from __future__ import annotations

import sys
import threading
from datetime import timedelta
from pathlib import Path

THREADS = 2


def main() -> int:
    """Until the database is gone. Lines of the file named: "order NUMBER" and "event NUMBER KIND"."""
    import django

    django.setup()
    with Path(sys.argv[1]).open("a", buffering=1) as acknowledged:
        threads = [threading.Thread(target=_write, args=(acknowledged,)) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        print("writing", flush=True)
        for thread in threads:
            thread.join()
    return 0


def _write(acknowledged: object) -> None:
    from django.db import Error

    from govpost.common.clock import now
    from govpost.delivery import actions as mail
    from govpost.delivery.testing import SYSTEM, make_order, seen

    say = getattr(acknowledged, "write")  # noqa: B009
    try:
        while True:
            order = make_order(at=now() - timedelta(hours=2))
            say(f"order {order.number}\n")
            for kind in ("collected", "in_transit", "delivered"):
                mail.record_scans([seen(order.number, kind, now(), signer_class="addressee")], at=now(), by=SYSTEM)
                say(f"event {order.number} {kind}\n")
    except Error:
        return


if __name__ == "__main__":
    sys.exit(main())
