package dev.flops.verify.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/**
 * Closed forms of perturbed sites against the definition of a sample, integrated exactly: three Gauss–Hermite nodes per number (no number
 * has a higher power than four in a squared sample), all sign vectors, and the radius of a sphere divided out.
 */
class SiteVariancesTest {
    private static final GaussHermite RULE = new GaussHermite(3);
    private static final int ANGLES = 64;

    /** Δ and H of one to three tokens, the last column of H being 1. */
    record Case(double[][] slopes, double[][] operands) {
        SiteVariances variances() {
            return new SiteVariances(slopes, operands);
        }

        int tokens() {
            return slopes.length;
        }

        int features() {
            return slopes[0].length;
        }

        int inputs() {
            return operands[0].length - 1;
        }

        int dimension() {
            return tokens() * features();
        }

        @Override
        public String toString() {
            return tokens() + " tokens, " + inputs() + " to " + features();
        }
    }

    @Provide
    Arbitrary<Case> cases() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.integers().between(1, 2),
                        Arbitraries.integers().between(1, 2))
                .flatAs((tokens, features, inputs) -> Combinators.combine(rows(tokens, features), rows(tokens, inputs))
                        .as((slopes, inputsOf) -> new Case(slopes, withOnes(inputsOf))));
    }

    private static Arbitrary<double[][]> rows(int count, int length) {
        return Arbitraries.doubles()
                .between(-2, 2)
                .ofScale(3)
                .array(double[].class)
                .ofSize(length)
                .array(double[][].class)
                .ofSize(count);
    }

    private static double[][] withOnes(double[][] rows) {
        double[][] out = new double[rows.length][];
        for (int t = 0; t < rows.length; t++) {
            out[t] = java.util.Arrays.copyOf(rows[t], rows[t].length + 1);
            out[t][rows[t].length] = 1;
        }
        return out;
    }

    /** ‖εᵀH‖² with ε row by row. */
    private static double pulledBack(Case c, double[] e) {
        double sum = 0;
        for (int f = 0; f < c.features(); f++) {
            for (int k = 0; k <= c.inputs(); k++) {
                double entry = 0;
                for (int t = 0; t < c.tokens(); t++) {
                    entry += e[t * c.features() + f] * c.operands()[t][k];
                }
                sum += entry * entry;
            }
        }
        return sum;
    }

    /** Δ·ε. */
    private static double slope(Case c, double[] e) {
        double sum = 0;
        for (int p = 0; p < e.length; p++) {
            sum += c.slopes()[p / c.features()][p % c.features()] * e[p];
        }
        return sum;
    }

    /** The squared length of a sample (Δ·ε) εᵀH. */
    private static double squared(Case c, double[] e) {
        return slope(c, e) * slope(c, e) * pulledBack(c, e);
    }

    /** (ΔᵀH)[f][k]. */
    private static double gradient(Case c, int f, int k) {
        double entry = 0;
        for (int t = 0; t < c.tokens(); t++) {
            entry += c.slopes()[t][f] * c.operands()[t][k];
        }
        return entry;
    }

    private static double squaredGradient(Case c) {
        double sum = 0;
        for (int f = 0; f < c.features(); f++) {
            for (int k = 0; k <= c.inputs(); k++) {
                sum += gradient(c, f, k) * gradient(c, f, k);
            }
        }
        return sum;
    }

    private static void assertClose(double found, double expected) {
        assertThat(found).isCloseTo(expected, within(1e-9 * (1 + Math.abs(expected))));
    }

    @Property(tries = 100)
    void gaussianNoiseAtActivations(@ForAll("cases") Case c) {
        double second = RULE.expectation(c.dimension(), e -> squared(c, e));
        assertClose(c.variances().gaussian(), second - squaredGradient(c));
        double weightOfLoss = RULE.expectation(c.dimension(), e -> slope(c, e) * slope(c, e));
        double direction = RULE.expectation(c.dimension(), e -> pulledBack(c, e));
        assertClose(c.variances().product(), weightOfLoss * direction);
        assertClose(c.variances().coherent(), squaredGradient(c));
    }

    @Property(tries = 100)
    void signsAtActivations(@ForAll("cases") Case c) {
        int d = c.dimension();
        double second = 0;
        for (int pattern = 0; pattern < 1 << d; pattern++) {
            double[] e = new double[d];
            for (int p = 0; p < d; p++) {
                e[p] = (pattern >> p & 1) == 0 ? 1 : -1;
            }
            second += StrictMath.scalb(squared(c, e), -d);
        }
        assertClose(c.variances().rademacher(), second - squaredGradient(c));
    }

    /** A homogeneous polynomial of degree 4 is on the sphere of radius √M what it is over Gaussians, times M/(M + 2). */
    @Property(tries = 100)
    void sphereAtActivations(@ForAll("cases") Case c) {
        double d = c.dimension();
        double second = d / (d + 2) * RULE.expectation(c.dimension(), e -> squared(c, e));
        assertClose(c.variances().sphere(), second - squaredGradient(c));
        assertClose(c.variances().orthonormal(1), second - squaredGradient(c));
    }

    /** All directions but one: (M/(M − 1)) (Δ − (u·Δ) u). */
    @Property(tries = 100)
    void allDirectionsButOneAndAll(@ForAll("cases") Case c) {
        int d = c.dimension();
        assertThat(c.variances().orthonormal(d)).isZero();
        if (d > 1) {
            double[] slopes = new double[d];
            for (int p = 0; p < d; p++) {
                slopes[p] = c.slopes()[p / c.features()][p % c.features()];
            }
            // ‖(Δ − s u)ᵀH‖² = ‖ΔᵀH‖² − 2 s (..) + s²‖uᵀH‖² by powers of u, whose moments are those of Gaussians over
            // M, M(M + 2).
            double mixed = RULE.expectation(d, e -> {
                double[] both = new double[d];
                for (int p = 0; p < d; p++) {
                    both[p] = slopes[p] + e[p];
                }
                return slope(c, e) * (pulledBack(c, both) - pulledBack(c, slopes) - pulledBack(c, e));
            });
            double quartic = RULE.expectation(d, e -> squared(c, e));
            double second = pulledBack(c, slopes) - mixed / d + quartic / d / (d + 2.0);
            double factor = d / (d - 1.0);
            assertClose(c.variances().orthonormal(d - 1), factor * factor * second - squaredGradient(c));
        }
    }

    @Property(tries = 40)
    void lowRankNoiseAtActivations(@ForAll("cases") Case c) {
        for (int rank = 1; rank <= (c.dimension() > 4 ? 1 : 2); rank++) {
            int r = rank;
            double second = RULE.expectation(
                    r * (c.tokens() + c.features()), u -> squared(c, product(u, c.tokens(), c.features(), r)));
            assertClose(c.variances().lowRank(r), second - squaredGradient(c));
        }
    }

    /** A Bᵀ/√r row by row, A (rows, r) before B (columns, r). */
    private static double[] product(double[] u, int rows, int columns, int rank) {
        double[] e = new double[rows * columns];
        for (int p = 0; p < e.length; p++) {
            for (int s = 0; s < rank; s++) {
                e[p] += u[p / columns * rank + s] * u[(rows + p % columns) * rank + s] / Math.sqrt(rank);
            }
        }
        return e;
    }

    @Property(tries = 40)
    void noiseAtWeights(@ForAll("cases") Case c) {
        int columns = c.inputs() + 1;
        double second = RULE.expectation(c.features() * columns, e -> squaredOfWeights(c, e));
        assertClose(c.variances().weights(), second - squaredGradient(c));
    }

    @Property(tries = 40)
    void lowRankNoiseAtWeights(@ForAll("cases") Case c) {
        int m = c.features();
        int k = c.inputs();
        for (int rank = 1; rank <= 2; rank++) {
            int r = rank;
            double second = RULE.expectation(r * (m + k) + m, u -> {
                double[] weights = product(u, m, k, r);
                double[] e = new double[m * (k + 1)];
                for (int f = 0; f < m; f++) {
                    System.arraycopy(weights, f * k, e, f * (k + 1), k);
                    e[f * (k + 1) + k] = u[r * (m + k) + f];
                }
                return squaredOfWeights(c, e);
            });
            assertClose(c.variances().lowRankWeights(r), second - squaredGradient(c));
        }
    }

    /** The squared length of a sample (E·ΔᵀH) E, E being (m, k + 1). */
    private static double squaredOfWeights(Case c, double[] e) {
        int columns = c.inputs() + 1;
        double w = 0;
        double square = 0;
        for (int p = 0; p < e.length; p++) {
            w += gradient(c, p / columns, p % columns) * e[p];
            square += e[p] * e[p];
        }
        return w * w * square;
    }

    /** In the plane a set is an angle. */
    @Test
    void setsInThePlaneAreIntegralsOverAnAngle() {
        Case c = new Case(new double[][] {{0.8}, {-1.1}}, new double[][] {{0.5, 1}, {-2, 1}});
        double second = 0;
        for (int j = 0; j < ANGLES; j++) {
            double angle = 2 * Math.PI * j / ANGLES;
            second +=
                    squared(c, new double[] {Math.sqrt(2) * Math.cos(angle), Math.sqrt(2) * Math.sin(angle)}) / ANGLES;
        }
        assertClose(c.variances().sphere(), second - squaredGradient(c));
        assertClose(c.variances().orthonormal(1), second - squaredGradient(c));
    }

    /** One token has the factor of the fan-in to gain; many incoherent ones may lose it. */
    @Test
    void activationsWinWithOneTokenAndCanLoseWithMany() {
        Case one = new Case(new double[][] {{1, -1}}, new double[][] {{1, -1, 1, -1, 1}});
        assertThat(one.variances().weights() / one.variances().gaussian()).isCloseTo(11.0 / 3, within(1e-12));
        double[][] slopes = new double[16][];
        double[][] operands = new double[16][];
        for (int t = 0; t < 16; t++) {
            slopes[t] = new double[] {(t & 1) == 0 ? 1 : -1, (t & 2) == 0 ? 1 : -1};
            operands[t] = new double[] {(t & 4) == 0 ? 1 : -1, 1};
        }
        SiteVariances many = new SiteVariances(slopes, operands);
        assertThat(many.weights()).isLessThan(many.gaussian());
    }

    @Test
    void argumentsAreChecked() {
        double[][] row = {{1}};
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SiteVariances(row, new double[][] {{1}, {2}}))
                .withMessageContaining("slopes.length = 1 and operands.length = 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SiteVariances(new double[][] {{1}, {1, 2}}, new double[][] {{1}, {1}}))
                .withMessage("slopes[1].length = 2, expected 1");
        SiteVariances one = new SiteVariances(row, row);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> one.orthonormal(2))
                .withMessage("directions = 2, expected in [1, 1]");
        assertThatIllegalArgumentException().isThrownBy(() -> one.lowRank(0)).withMessage("rank = 0, expected >= 1");
    }
}
