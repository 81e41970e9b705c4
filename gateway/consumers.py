"""What the gateway hears: the directory of agencies, which the chassis keeps for it."""

from chassis.inbox import Subscriptions

on = Subscriptions()
