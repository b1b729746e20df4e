"""The verbs of dispatch: tasks follow the orders, couriers take and end them, dispatchers pass them on."""

from govpost.dispatch.actions.following import follow_orders
from govpost.dispatch.actions.visiting import fail, finish_collect, finish_deliver, give_back, go_out, reassign, take

__all__ = ["fail", "finish_collect", "finish_deliver", "follow_orders", "give_back", "go_out", "reassign", "take"]
