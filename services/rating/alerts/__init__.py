"""Alerts (cảnh báo): what somebody should look into, told once, in numbers, and not too often."""
