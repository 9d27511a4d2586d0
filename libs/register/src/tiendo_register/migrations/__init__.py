"""The tables of the shared view (`<view>_v<N>.sql`)."""
