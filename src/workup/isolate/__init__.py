"""From a working and a failing setting to the smallest set of differences that matters."""
