"""What intake hears: nothing yet. Everything it knows is told to it over HTTP."""

from chassis.inbox import Subscriptions

on = Subscriptions()
