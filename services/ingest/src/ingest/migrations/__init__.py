"""Numbered SQL files of this service, and the tables of its views (`<view>_v<N>.sql`)."""
