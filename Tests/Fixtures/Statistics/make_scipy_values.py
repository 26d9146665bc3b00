"""Writes scipy.json: inputs and SciPy's answers that the tests of Statistics compare with.

    pip install scipy numpy && python3 make_scipy_values.py

The bootstrap's resamples are drawn here with the generator of Sources/Statistics/SeededGenerator.swift, and handed to
scipy.stats.bootstrap as its bootstrap distribution: both sides compute BCa from the same resamples.
"""

import json
import math
import os
import warnings
from types import SimpleNamespace

import numpy as np
import scipy
from scipy import optimize, special, stats

BITS = (1 << 64) - 1
STEP = 0x9E3779B97F4A7C15


def mix(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & BITS
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & BITS
    return z ^ (z >> 31)


class SeededGenerator:
    def __init__(self, seed, *keys):
        self.state = mix((seed + STEP) & BITS)
        for key in keys:
            number = 0xCBF29CE484222325
            for byte in key.encode():
                number = ((number ^ byte) * 0x100000001B3) & BITS
            self.state = mix(self.state ^ number)

    def below(self, bound):
        while True:
            self.state = (self.state + STEP) & BITS
            value = mix(self.state)
            if value < BITS - BITS % bound:
                return value % bound


def number(value):
    """A float, or None where SciPy says NaN."""
    value = float(value)
    return None if math.isnan(value) else value


rng = np.random.default_rng(2019)

# Paired variables: distinct, tied, constant, tiny, negative, far from zero, long.
PAIRS = {
    "distinct": ([2.0, 8.5, 3.25, 12.0, 0.5, 40.0, 7.0, 1.0], [1.0, 0.5, 0.25, 0.875, 0.125, 0.75, 0.375, 0.0625]),
    "tied": ([2.0, 8.5, 8.5, 3.0, 12.0, 0.5, 40.0, 7.0, 7.0, 1.0], [1.0, 0.5, 0.7, 0.2, 0.9, 0.2, 0.8, 0.2, 0.4, 0.1]),
    "few levels": ([0.0, 0.0, 1.0, 1.0, 1.0, 2.0, 2.0], [1.0, 0.0, 1.0, 1.0, 2.0, 1.0, 2.0]),
    "constant x": ([3.0, 3.0, 3.0, 3.0], [1.0, 2.0, 3.0, 5.0]),
    "constant y": ([1.0, 2.0, 3.0, 5.0], [-0.1, -0.1, -0.1, -0.1]),
    "three": ([1.0, 2.0, 3.0], [1.0, 3.0, 2.0]),
    "four, negative": ([-4.0, -1.0, -2.5, -8.0], [2.0, -3.0, 1.0, 4.0]),
    "far from zero": (
        [1e9 + v for v in (0.5, 2.0, 1.0, 4.0, 3.0, 6.5)], [-1e7 + v for v in (1.0, 2.5, 0.5, 2.0, 4.0, 3.0)]),
    "in line": ([1.0, 2.0, 3.0, 4.0, 5.0], [9.0, 7.0, 5.0, 3.0, 1.0]),
    "unrelated": ([1.0, 2.0, 3.0, 4.0], [1.0, -1.0, -1.0, 1.0]),
}
x = rng.normal(3.5, 1.0, 60).round(3)
PAIRS["long"] = (x.tolist(), (0.3 * x + rng.normal(0, 1, 60)).round(2).tolist())
PAIRS["long, tied"] = (rng.integers(0, 12, 80).astype(float).tolist(), (rng.integers(0, 11, 80) / 10).tolist())


def correlation(name, x, y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        row = {
            "name": name, "x": x, "y": y,
            "pearson": number(stats.pearsonr(x, y).statistic),
            "spearman": number(stats.spearmanr(x, y).statistic),
            "kendall": number(stats.kendalltau(x, y).statistic),
        }
        if len(x) <= 8 and row["pearson"] is not None:
            # All pairings; |coefficient|, so that "as far from zero" is what is counted.
            for key, function in {
                "pearson": lambda v: abs(stats.pearsonr(v, y).statistic),
                "spearman": lambda v: abs(stats.spearmanr(v, y).statistic),
                "kendall": lambda v: abs(stats.kendalltau(v, y).statistic),
            }.items():
                row[key + "_p"] = stats.permutation_test(
                    (x,), function, permutation_type="pairings", alternative="greater", n_resamples=50_000).pvalue
        return row


def line(name, x, y):
    fit = stats.linregress(x, y)
    x, y = np.array(x), np.array(y)
    n = len(x)
    row = {
        "name": name, "x": x.tolist(), "y": y.tolist(), "slope": fit.slope, "intercept": fit.intercept, "at": [],
        "mean": [], "prediction": [],
    }
    if n > 2:
        centre, square = x.mean(), ((x - x.mean()) ** 2).sum()
        residuals = y - y.mean() - fit.slope * (x - centre)
        s = math.sqrt((residuals**2).sum() / (n - 2))
        t = stats.t.ppf(0.975, n - 2)
        row |= {"slope_error": fit.stderr, "slope_p": fit.pvalue, "residual_deviation": s}
        for at in (x.min(), centre, x.max() + (x.max() - x.min())):
            height = y.mean() + fit.slope * (at - centre)
            lever = 1 / n + (at - centre) ** 2 / square
            row["at"].append(at)
            row["mean"].append([height - t * s * math.sqrt(lever), height + t * s * math.sqrt(lever)])
            row["prediction"].append([height - t * s * math.sqrt(1 + lever), height + t * s * math.sqrt(1 + lever)])
    return row


# One-sample statistics. Values are multiples of 1/1024, so that sums are exact and ties are the same on both sides.
def dyadic(values):
    return (np.round(np.asarray(values) * 1024) / 1024).tolist()


SAMPLES = {
    "exponential": dyadic(rng.exponential(1.0, 30)),
    "tied": [0.0, 0.25, 0.25, 0.5, 0.5, 0.5, 0.75, 1.0, 1.0, 0.25, 0.5, 0.75],
    "negative": dyadic(-rng.exponential(2.0, 15)),
    "far from zero": dyadic(1e6 + rng.exponential(1.0, 20)),
    "two": [1.0, 4.0],
    "three": [1.0, 2.0, 8.0],
    "constant": [0.1] * 6,
    "one outlier": [0.0] * 9 + [1.0],
}
RESAMPLES = 2000
BOOTSTRAPS = [(name, "mean", [values]) for name, values in SAMPLES.items()]
BOOTSTRAPS += [(name, "variance", [SAMPLES[name]]) for name in ("exponential", "negative", "three")]
BOOTSTRAPS += [
    (name, coefficient, [list(map(float, PAIRS[name][0])), list(map(float, PAIRS[name][1]))])
    for name in ("distinct", "long") for coefficient in ("pearson", "spearman")
]
general, specific = dyadic(rng.beta(6, 3, 40)), dyadic(rng.beta(3, 4, 40))
BOOTSTRAPS.append(("two columns", "signed score", [general, specific]))


def statistic(kind, columns):
    columns = [np.asarray(c) for c in columns]
    if kind == "mean":
        return lambda i: columns[0][i].mean()
    if kind == "variance":
        return lambda i: columns[0][i].var()
    # Resamples with the same figure in theory must have it here: rounding must not untie them.
    if kind == "signed score":
        return lambda i: round((columns[0][i].mean() - columns[1][i].mean()) / 0.5, 12)
    function = stats.pearsonr if kind == "pearson" else stats.spearmanr
    return lambda i: round(function(columns[0][i], columns[1][i]).statistic, 12)


def bootstrap(name, kind, columns):
    n = len(columns[0])
    key = f"{name}, {kind}"
    generator = SeededGenerator(7, "bootstrap", key)
    figure = statistic(kind, columns)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        resampled = np.array([figure(np.array([generator.below(n) for _ in range(n)])) for _ in range(RESAMPLES)])
        resampled = resampled[np.isfinite(resampled)]
        previous = SimpleNamespace(bootstrap_distribution=resampled)
        ends = {}
        for method in ("BCa", "percentile"):
            interval = stats.bootstrap(
                (np.arange(n),), figure, vectorized=False, n_resamples=0, bootstrap_result=previous, method=method
            ).confidence_interval
            ends[method.lower()] = [number(interval.low), number(interval.high)]
        estimate = figure(np.arange(n))
        jackknife = np.array([figure(np.delete(np.arange(n), i)) for i in range(n)])
        d = jackknife.mean() - jackknife
        share = ((resampled < estimate).sum() + (resampled <= estimate).sum()) / (2 * len(resampled))
        bias = special.ndtri(share)
        acceleration = (d**3).sum() / (6 * (d**2).sum() ** 1.5)
    return {
        "name": name, "kind": kind, "columns": columns, "key": key, "estimate": number(estimate), **ends,
        "jackknife": [number(v) for v in jackknife], "acceleration": number(acceleration),
        "bias": number(bias) if math.isfinite(bias) else None, "defined": len(resampled),
    }


# A stored list of resampled figures: z0, a and the corrected levels, by the formulas.
def corrections():
    resampled = np.concatenate([rng.gamma(2.0, 1.0, 180), [2.0] * 20])
    jackknife = rng.gamma(3.0, 0.1, 25) + 1.5
    z0 = special.ndtri(((resampled < 2.0).sum() + (resampled <= 2.0).sum()) / 400)
    d = jackknife.mean() - jackknife
    a = (d**3).sum() / (6 * (d**2).sum() ** 1.5)
    levels = [
        special.ndtr(z0 + (z0 + special.ndtri(p)) / (1 - a * (z0 + special.ndtri(p))))
        for p in (0.005, 0.025, 0.05, 0.5, 0.95, 0.975, 0.995)
    ]
    return {
        "estimate": 2.0, "resampled": resampled.tolist(), "jackknife": jackknife.tolist(), "bias": z0,
        "acceleration": a, "shares": [0.005, 0.025, 0.05, 0.5, 0.95, 0.975, 0.995], "levels": levels,
        "ends": np.quantile(resampled, [levels[1], levels[5]]).tolist(),
    }


# Paired differences.
DIFFERENCES = {
    "distinct": [0.5, -1.25, 2.0, 3.5, -0.25, 4.0, 1.0, 0.75],
    "ties": [1.0, 1.0, -1.0, 2.0, 2.0, -3.0, 2.0, 1.0, 4.0],
    "zeros": [0.0, 0.5, 0.0, -0.25, 1.0, 1.5, 0.0],
    "zeros and ties, sixteen": [0.0, 0.5, 0.5, -0.5, 1.0, 1.0, 0.0, 1.5, -1.5, 2.0, 0.25, 0.25, -0.25, 0.75, 0.75, 0.5],
    "one": [0.5],
    "two": [0.5, 0.25],
    "opposite": [1.0, -1.0],
    "all equal": [0.5] * 6,
    "all zero": [0.0] * 4,
    "negative": [-0.5, -0.75, -0.125, -1.0, -2.0, -0.25],
}
for name, count in (("fifty", 50), ("fifty-one", 51)):
    signs = np.where(rng.random(count) < 0.35, -1.0, 1.0)
    DIFFERENCES[name] = (rng.permutation(np.arange(1, count + 1)) * signs).tolist()
DIFFERENCES["many ties"] = [float(v) / 8 for v in rng.integers(-3, 5, 200)]


def paired(name, values):
    row = {"name": name, "differences": values}
    nonzero = [v for v in values if v != 0]
    if nonzero:
        result = stats.wilcoxon(values)
        row |= {"wilcoxon": float(result.statistic), "wilcoxon_p": float(result.pvalue)}
    if len(values) == 1:
        row["sign_flip_p"] = 1.0
    elif len(nonzero) <= 13:
        # Zeros change no share, and left out keep the enumeration small. SciPy wants at least two.
        flipped = values if len(values) <= 13 else nonzero
        row["sign_flip_p"] = stats.permutation_test(
            (flipped,), lambda v, axis=-1: abs(v.sum(axis=axis)), permutation_type="samples", alternative="greater",
            n_resamples=2**14, vectorized=True).pvalue
    return row


def detectable(n, deviation, power, alpha):
    critical = stats.t.ppf(1 - alpha / 2, n - 1)

    def excess(nc):
        # SciPy's lower tail is NaN in places where it is below 1e-16.
        lower = np.nan_to_num(stats.nct.cdf(-critical, n - 1, nc))
        return stats.nct.sf(critical, n - 1, nc) + lower - power

    root = optimize.brentq(excess, 0.01, 18, xtol=1e-13, rtol=1e-14)
    difference = root * deviation / math.sqrt(n)
    return {"n": n, "deviation": deviation, "power": power, "alpha": alpha, "difference": difference}


def detectable_proportion(base, n):
    z, r = stats.norm.ppf(0.975), stats.norm.ppf(0.8)

    def excess(p):
        return (p - base) * math.sqrt(n) - z * math.sqrt(base * (1 - base)) - r * math.sqrt(p * (1 - p))

    root = optimize.brentq(excess, base, 1, xtol=1e-15) if excess(1) > 0 else None
    return {"base": base, "n": n, "proportion": root}


PS = {
    "plain": [0.01, 0.02, 0.03, 0.04, 0.05, 0.5, 0.9],
    "unordered, tied": [0.04, 0.001, 0.04, 0.9, 1.0, 0.0, 0.04, 0.3],
    "one": [0.03],
    "all one": [1.0, 1.0, 1.0],
}

NULLS = [([0.1, 0.2, 0.2, 0.4], 0.2), ([0.1, 0.2, 0.3], 0.25), ([1.0, 2.0], 3.0), ([1.0, 2.0], -1.0), ([5.0] * 4, 5.0)]
CURVES = [
    ([0.0, 0.1, 0.2, 0.3, 0.4, 0.5], [0.72, 0.7, 0.52, 0.3, 0.31, 0.28]), ([0.0, 0.5], [1.0, 0.0]),
    ([0.0, 0.05, 0.5, 0.6], [0.25, -0.5, 0.125, 0.75]), ([0.0, 0.2, 0.3], [0.5, 0.5, 0.5]),
]


def half_drop(ratios, values):
    low = min(values)
    if low >= values[0]:
        return None
    fine = np.unique(np.concatenate([np.linspace(ratios[0], ratios[-1], 200_001), ratios]))
    height = np.interp(fine, ratios, values)
    first = fine[height <= (values[0] + low) / 2 + 1e-12][0]
    return float(first)


T_POINTS = [(df, t) for df in (1, 2, 3, 5, 8.5, 30, 193, 523, 5000) for t in (-40.0, -3.0, -0.5, 0.0, 1.0, 2.5, 8.0)]
QUANTILES = [(df, p) for df in (1, 2, 3, 5, 30, 523, 1e6) for p in (1e-12, 1e-4, 0.025, 0.3, 0.5, 0.6, 0.975, 0.9999)]
NORMALS = [1e-300, 1e-20, 1e-6, 0.001, 0.025, 0.074, 0.075, 0.076, 0.3, 0.5, 0.7, 0.924, 0.926, 0.975, 0.999, 1 - 1e-12]

data = {
    "scipy": scipy.__version__,
    "numpy": np.__version__,
    "normal_quantiles": [{"p": p, "z": float(special.ndtri(p))} for p in NORMALS],
    "normal_cdf": [{"z": z, "p": float(special.ndtr(z))} for z in (-30.0, -8.0, -1.5, -1e-9, 0.0, 0.3, 2.0, 7.0)],
    "t_cdf": [{"degrees": df, "t": t, "p": float(stats.t.cdf(t, df))} for df, t in T_POINTS],
    "t_quantiles": [{"degrees": df, "p": p, "t": float(stats.t.ppf(p, df))} for df, p in QUANTILES],
    "noncentral_t": [
        {"degrees": df, "noncentrality": nc, "t": t, "p": float(stats.nct.cdf(t, df, nc))}
        for df, nc, t in [
            (1, 0.5, 1.0), (2, 2.0, 4.3), (9, 2.8, 2.26), (9, -1.0, 0.5), (9, 1.0, -0.5), (30, 0.0, 1.0),
            (193, 2.8, 1.97), (524, 2.8, 1.96), (524, 5.0, 1.96), (4, 12.0, 9.0), (1, 16.0, 12.706),
        ]
    ],
    "incomplete_beta": [
        {"a": a, "b": b, "x": v, "value": float(special.betainc(a, b, v))}
        for a, b, v in [
            (0.5, 0.5, 0.3), (2, 3, 0.1), (2, 3, 0.9), (250, 0.5, 0.99), (2500, 2601, 0.5), (40, 1, 0.5),
            (1e-2, 5, 0.01), (1000, 3, 0.995),
        ]
    ],
    "correlations": [correlation(name, x, y) for name, (x, y) in PAIRS.items()],
    "lines": [line(name, x, y) for name, (x, y) in PAIRS.items() if name not in ("constant x", "in line")]
    + [line("two", [1.0, 3.0], [2.0, -4.0])],
    "bootstraps": [bootstrap(*case) for case in BOOTSTRAPS],
    "corrections": corrections(),
    "differences": [paired(name, values) for name, values in DIFFERENCES.items()],
    "mcnemar": [
        {"first": b, "second": c, "p": float(stats.binomtest(min(b, c), b + c, 0.5).pvalue) if b + c else 1.0}
        for b, c in [(0, 0), (0, 1), (1, 0), (5, 0), (3, 9), (10, 10), (10, 11), (120, 90), (2600, 2500), (0, 400)]
    ],
    "detectable": [
        detectable(*case)
        for case in [
            (2, 1.0, 0.8, 0.05), (3, 0.5, 0.8, 0.05), (5, 0.2, 0.8, 0.05), (10, 0.2, 0.9, 0.05), (30, 0.3, 0.8, 0.01),
            (192, 0.25, 0.8, 0.05), (525, 0.25, 0.8, 0.05),
        ]
    ],
    "detectable_correlations": [
        {"n": n, "r": math.tanh((stats.norm.ppf(0.975) + stats.norm.ppf(0.8)) / math.sqrt(n - 3))}
        for n in (4, 12, 192, 525)
    ],
    "detectable_proportions": [
        detectable_proportion(*case) for case in [(0.25, 1), (0.25, 20), (0.25, 525), (0.5, 5250)]
    ],
    "adjusted": [
        {"name": name, "p": ps, "adjusted": stats.false_discovery_control(ps).tolist()} for name, ps in PS.items()
    ],
    "percentiles": [
        {"draws": draws, "value": value, "share": float(stats.percentileofscore(draws, value, kind="mean")) / 100}
        for draws, value in NULLS
    ],
    "curves": [
        {"ratios": r, "values": v, "area": float(np.trapezoid(v, r)), "half_drop": half_drop(r, v)} for r, v in CURVES
    ],
}


def finite(value):
    """The same with None for NaN: JSON has none."""
    if isinstance(value, dict):
        return {key: finite(v) for key, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(v) for v in value]
    return number(value) if isinstance(value, float) else value


target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "scipy.json")
with open(target + ".partial", "w") as file:
    # One case a line.
    parts = []
    for key, value in finite(data).items():
        if isinstance(value, list):
            text = "[\n" + ",\n".join("  " + json.dumps(case, allow_nan=False) for case in value) + "\n ]"
        else:
            text = json.dumps(value, allow_nan=False)
        parts.append(f' "{key}": {text}')
    file.write("{\n" + ",\n".join(parts) + "\n}\n")
os.replace(target + ".partial", target)
print(f"{target}: {os.path.getsize(target)} bytes, SciPy {scipy.__version__}")
