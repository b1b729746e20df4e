"""The verbs of dispatch: tasks follow the orders, couriers take and end them, dispatchers pass them on; places in windows are held."""

from govpost.dispatch.actions.collecting import follow_places, hold_place, keep_plan, remember_range
from govpost.dispatch.actions.following import follow_orders
from govpost.dispatch.actions.visiting import fail, finish_collect, finish_deliver, give_back, go_out, reassign, take

__all__ = [
    "fail", "finish_collect", "finish_deliver", "follow_orders", "follow_places", "give_back", "go_out", "hold_place", "keep_plan",
    "reassign", "remember_range", "take",
]  # fmt: skip
