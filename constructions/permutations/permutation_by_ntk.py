"""Learning a permutation of k bits from k examples, in the limit of infinite width.

A network f(x) = W_2 relu(W_1 x) without biases maps k numbers to k numbers. Weights start as independent normals and
carry the factors 1/sqrt(k) and 1/sqrt(width) (the NTK parametrisation). It is trained by gradient descent on the squared
error over the k unit vectors e_i, with the unit vector of the permuted place as label, until nothing moves. Tested on a
0-1 input with m >= 1 ones, scaled to length 1, bit by bit: a number > 0 reads 1, a number <= 0 reads 0.

The limit. As the width grows, the outputs before training become k independent Gaussian processes with mean 0 and the
covariance K below, and training acts linearly with the kernel T below (Jacot, Gabriel, Hongler 2018; Lee et al. 2019):

    f(x) = f0(x) + T(x, X) T(X, X)^-1 (labels - f0(X)),
    K(x, y) = |x| |y| (sin a + (pi - a) cos a) / (2 pi k),    T(x, y) = K(x, y) + <x, y> (pi - a) / (2 pi k),

with X the unit vectors and a the angle between x and y. That training is described by the limit is the assumption under
which every claim stands; what follows from it is exact.

The closed form. For unit vectors T(X, X) = ((1 - 1/2pi) I + 1/2pi 11^T)/k is positive definite. An input x with m ones is
at the angle a = acos(1/sqrt(m)) from e_i where x_i = 1 and at pi/2 where x_i = 0, so T(x, e_i) takes two values, and so do
the weights w = T(X, X)^-1 T(X, x): mu1 where x_i = 1 and mu0 where x_i = 0. Subtracting two equations of
T(X, X) w = T(X, x) gives mu1 - mu0 = g, and any one of them then gives mu0:

    g = (sqrt(m-1) - sqrt(m) + 2 (pi - a)) / ((2 pi - 1) sqrt(m)),   mu0 = (1 - m g) / (k + 2 pi - 1),   mu1 = mu0 + g.

The label of e_i at output j is 1 when j is the place of bit i and 0 otherwise, so the mean of f(x) at output j is w_i: the
mean is mu1 at the places of ones and mu0 elsewhere. K and T depend on angles only, hence permuting inputs or labels permutes
the outputs and nothing else, and one input for each m stands for all 2^k - 1 of them and for all k! permutations.

Signs. mu1 > 0, and mu0 < 0 for m >= 2. For m = 1 the input is an example: mu0 is exactly 0, which reads 0, and nothing varies.

The variance is the same at each output: w and K give that of f0(x) - w f0(X). Writing f0(e_i) = A z_i + B z_0 with
A^2 = (1/2 - 1/2pi)/k, B^2 = 1/(2 pi k) and f0(x) = sum over ones of (K1 - B^2)/A z_i + B z_0 + R z with independent standard
normals z reproduces K, where K1 = K(x, e_i) at a one and R^2 is what is left of K(x, x) = 1/2k. The trained output is

    f_j(x) = w_j + sum_i ((x_i (K1 - B^2) - w_i A^2) / A) z_i + B (1 - sum_i w_i) z_0 + R z.

Ensembles. The mean of N independent networks has the same mean and 1/N of the variance s2. A normal number misses its sign
with probability at most exp(-N mu^2 / 2 s2), so by the union bound over k outputs N >= (2 s2 / mu^2) log(k / d) networks are
enough for one input to be right with probability 1 - d, and N >= (2 s2 / mu^2) log(k 2^k / d) for all inputs at once.
"""

from dataclasses import dataclass
from fractions import Fraction

from proofcheck import Construction, Coordinate, Enclosure, Experiment, Probably, Source, acos, ceiling_of, log, pi, real, sqrt

CHANCE = Fraction(1, 100)
LIMIT = "the limit of infinite width and endless training describes the network (Jacot, Gabriel, Hongler 2018; Lee et al. 2019)"
TAIL = "a standard normal number exceeds t > 0 with probability at most exp(-t^2 / 2)"


@dataclass(frozen=True)
class Learner:
    """The trained limit on k bits. An input is given by the number m of its ones, which stand first."""

    k: int

    def covariance(self, cosine):
        """K for two unit vectors at this cosine."""
        return (sqrt(1 - cosine**2) + (pi - acos(cosine)) * cosine) / (2 * pi * self.k)

    def tangent(self, cosine):
        """T for two unit vectors at this cosine."""
        return self.covariance(cosine) + cosine * (pi - acos(cosine)) / (2 * pi * self.k)

    def kernels(self, m):
        """K between one and the same, between two unit vectors, and between the input and a unit vector where it is 1."""
        return self.covariance(real(1)), self.covariance(real(0)), self.covariance(1 / sqrt(m))

    def means(self, m):
        """(mu0, mu1) by the closed form."""
        c = 2 * pi - 1
        g = (sqrt(m - 1) - sqrt(m) + 2 * (pi - acos(1 / sqrt(m)))) / (c * sqrt(m))
        mu0 = (1 - m * g) / (self.k + c)
        return mu0, mu0 + g

    def outputs(self, m):
        """(bit, its mean), for each bit that the input has."""
        mu0, mu1 = self.means(m)
        return [("a one", mu1)] + [("a zero", mu0)] * (m < self.k)

    def variance(self, m):
        """s2 = K(x, x) - 2 w K(X, x) + w K(X, X) w."""
        (mu0, mu1), (same, other, near), zeros = self.means(m), self.kernels(m), self.k - m
        squares, total = m * mu1**2 + zeros * mu0**2, m * mu1 + zeros * mu0
        return same - 2 * (m * mu1 * near + zeros * mu0 * other) + (same - other) * squares + other * total**2

    def normals(self, m):
        """A^2, B^2, R^2 and K1 - B^2 of the derivation."""
        same, other, near = self.kernels(m)
        a2, lift = same - other, near - other
        return a2, other, same - m * lift**2 / a2 - other, lift

    def ensemble(self, m, models):
        """The mean of independent trained networks on an input: k outputs, each with its own k + 2 normals."""
        k, (mu0, mu1), (a2, b2, r2, lift) = self.k, self.means(m), self.normals(m)
        at_one, at_zero = (lift - mu1 * a2) / sqrt(models * a2), -mu0 * a2 / sqrt(models * a2)
        shared = sqrt(b2 / models) * (1 - m * mu1 - (k - m) * mu0)
        noise = [at_one] * m + [at_zero] * (k - m) + [shared, sqrt(r2 / models)]
        rows = [tuple(enumerate(noise, start=j * len(noise))) for j in range(k)]
        return Experiment(k * len(noise), tuple(Coordinate(mu1 if j < m else mu0, rows[j], positive=j < m) for j in range(k)))

    def models(self):
        """Enough networks for an input with two ones, the hardest, to be wrong with probability at most CHANCE."""
        return ceiling_of(2 * self.variance(2) / self.means(2)[0] ** 2 * log(self.k / CHANCE))


def solves_the_kernel(learner):
    """T(X, X) has the eigenvalues T11 - T12 and T11 + (k - 1) T12; T(X, X) w = T(X, x) in a row of a one and in one of a zero."""
    k, same, other = learner.k, learner.tangent(real(1)), learner.tangent(real(0))
    yield "T(X, X) is positive definite across (1, ..., 1)", same - other > 0
    yield "T(X, X) is positive definite along (1, ..., 1)", other > 0
    for m in range(1, k + 1):
        mu0, mu1 = learner.means(m)
        w = [mu1] * m + [mu0] * (k - m)
        for i in sorted({0, k - 1}):
            row = sum((same if j == i else other) * w[j] for j in range(k))
            yield f"m = {m}, row {i + 1}", row == learner.tangent(1 / sqrt(m) if i < m else real(0))


def has_the_right_signs(learner):
    for m in range(1, learner.k + 1):
        for bit, mu in learner.outputs(m):
            yield f"m = {m}, {bit}", mu > 0 if bit == "a one" else mu == 0 if m == 1 else mu < 0


def normals_are_right(learner):
    for m in range(1, learner.k + 1):
        zeros, (mu0, mu1), (a2, b2, r2, lift) = learner.k - m, learner.means(m), learner.normals(m)
        squares = m * (lift - mu1 * a2) ** 2 / a2 + zeros * mu0**2 * a2 + b2 * (1 - m * mu1 - zeros * mu0) ** 2 + r2
        yield f"m = {m}, variance", squares == learner.variance(m)
        yield f"m = {m}, R^2", r2 == 0 if m == 1 else r2 > 0
    yield "nothing varies on an example", learner.variance(1) == 0


def enough_for_one(learner):
    """With n networks the union bound is k exp(-n mu^2 / 2 s2) <= CHANCE."""
    models, needed = learner.models(), log(learner.k / CHANCE)
    for m in range(2, learner.k + 1):
        for bit, mu in learner.outputs(m):
            yield f"m = {m}, {bit}", models * mu**2 >= 2 * learner.variance(m) * needed
    yield "linearithmic", models <= (6 * learner.k + 120) * needed + 1


def enough_for_all(learner):
    """The union bound over k outputs and 2^k - 1 inputs."""
    k, needed = learner.k, log(learner.k / CHANCE) + learner.k * log(2)
    for m in range(2, k + 1):
        for bit, mu in learner.outputs(m):
            yield f"m = {m}, {bit}", (6 * k + 120) * needed * mu**2 >= 2 * learner.variance(m) * needed


construction = Construction(
    title="Permutations of k bits learned from k examples in the NTK limit",
    source=Source(
        "Giapitzakis, Back de Luca, Fountoulakis, Exact Learning of Permutations for Nonzero Binary Inputs, 2025",
        arxiv="2502.16763",
        statement="abstract: signs of the mean, and linearithmic and quadratic ensembles; formulas and constants are ours",
        fidelity="after",
    ),
    build=Learner,
    form="limit",
    claims={
        "mean": Enclosure(
            solves_the_kernel,
            about="the closed form of the mean solves the kernel equations, for each number m of ones",
            assuming=LIMIT,
            at=[*range(1, 17), 32, 64],
        ),
        "signs": Enclosure(
            has_the_right_signs,
            about="the mean is > 0 at ones and <= 0 at zeros, for each number m of ones, hence for all 2^k - 1 inputs "
            "and all k! permutations",
            assuming=LIMIT,
            at=range(1, 65),
        ),
        "normals": Enclosure(
            normals_are_right,
            about="the independent normals of the derivation have the covariance K, and the trained output the variance s2",
            assuming=LIMIT,
            at=[*range(1, 17), 32],
        ),
        "one input": Probably(
            lambda learner: learner.ensemble(2, learner.models()),
            mutant=lambda learner: learner.ensemble(2, learner.models() // 4),
            about="an ensemble misreads an input with two ones; planted: a quarter of the ensemble",
            probability=CHANCE,
            trials=10_000,
            assuming=LIMIT,
            at=[3, 4, 8, 16],
        ),
        "ensemble for one input": Enclosure(
            enough_for_one,
            about="an ensemble of at most (6 k + 120) log(100 k) + 1 networks is enough: it misreads any one input with "
            "probability at most 1/100",
            assuming=(LIMIT, TAIL),
            says="size",
            at=range(3, 65),
        ),
        "ensemble for all inputs": Enclosure(
            enough_for_all,
            about="an ensemble of (6 k + 120) (log(100 k) + k log 2) networks is enough: it misreads any input at all with "
            "probability at most 1/100",
            assuming=(LIMIT, TAIL),
            says="size",
            at=range(3, 65),
        ),
    },
)
