"""Anomalies (dấu hiệu bất thường): ratings that look as if somebody had helped; told, never taken out."""
