"""Handover manifests (bảng kê, biên bản bàn giao): what an office hands to the post on a day."""
