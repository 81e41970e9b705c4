"""What the gateway hears: nothing. It asks the services, so it needs no worker of its own."""

from chassis.inbox import Subscriptions

on = Subscriptions()
