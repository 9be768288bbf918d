#!/usr/bin/env bash
# quickstart_phase.sh SOURCE_DIR: the sweep of the quick start on two ranks gives the published regimes.
set -euo pipefail
source=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

"$MPIRUN" -n 2 "$BIN/dewpoint" run "$source/sweeps/quickstart.yaml" -o quickstart.h5 --quiet
"$BIN/dewpoint-phase" quickstart.h5 --csv quickstart.csv --netcdf quickstart.nc --plot quickstart.png >table.txt
[ "$(head -c 4 quickstart.png | tail -c 3)" = PNG ] || { echo "the picture is no PNG"; exit 1; }

# At gamma_prime = 0 S_w is negative below gamma = .9, near 0 at 1, positive above 1.2; off the published boundary
# (gamma = 1 for gamma_prime <= 0, gamma_prime = gamma - 1 above) by more than .25 its sign is the regime's; off the
# finite-size cells next to the boundary it follows the predicted slope.
awk -F, '
  function bad(what) { print "gamma " g ", gamma_prime " p ": " what ", S_w = " s; failed = 1 }
  NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; if (!("S_w" in column)) exit 2; next }
  {
    g = $column["gamma"]; p = $column["gamma_prime"]; s = $column["S_w"]; cells++
    if (p == 0 && g < .9 && s >= 0) bad("not linear")
    if (p == 0 && g == 1 && (s > .1 || s < -.1)) bad("not critical")
    if (p == 0 && g > 1.2 && s <= 0) bad("not condensed")
    edge = p <= 0 ? g - 1 : (g - 1 - p) / sqrt(2)
    if (edge < -.25 && s >= 0) bad("above the boundary but not linear")
    if (edge > .25 && s <= 0) bad("below the boundary but not condensed")
    low = 1 - g < 0 ? 1 - g : 0
    expected = p <= low ? g - 1 : g <= 1 ? g - 1 - 2 * p : p >= g - 1 ? 2 * (g - 1 - p) : (g - 1 - p) / 2
    squares += (s - expected) ^ 2
  }
  END {
    print cells " cells, RMS error of S_w " sqrt(squares / cells)
    if (cells != 63) { print "not 63 cells"; failed = 1 }
    if (sqrt(squares / cells) > .06) { print "S_w is too far from its prediction"; failed = 1 }
    exit failed
  }' quickstart.csv

# The netCDF grid holds the same cells, by name.
"$PYTHON" - <<'END'
import csv, xarray
grid = xarray.open_dataset("quickstart.nc")
assert dict(grid.sizes) == {"width": 3, "gamma_prime": 9, "gamma": 7}, grid.sizes
for row in csv.DictReader(open("quickstart.csv", newline="")):
    cell = grid.sel(gamma=float(row["gamma"]), gamma_prime=float(row["gamma_prime"]), method="nearest")
    for name in "S_w S_w_errors S_a S_w_low S_w_high S_w_chi2 S_w_drift S_w_predicted runs".split():
        assert float(cell[name]) == float(row[name]), (name, row)
    assert float(cell.rd_w_by_width.sel(width=3000)) == float(row["rd_w_3000"])
    regimes = cell.regime.flag_meanings.split()
    assert regimes[int(cell.regime)] == row["regime"] and row["S_w_seeds"] == "3", row
END
