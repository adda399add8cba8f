package dev.flops.alloc.allocate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.flops.api.NumericalException;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Against the plain model of {@link ScoreOracle} and its central differences. */
final class GaussianScoresTest {
    private static final double JITTER = 1e-3;
    private static final double[] Z = {-1.2, 0.3, 0.31, 1.9, -0.4, 0.8, 0.3};
    private static final double[] XI = {0.4, -1.1, 0.9, 2.1, -0.3, 0.05, -1.7};
    private static final double[][] PHI = {
        {0.7, 1, Math.log(0.3), 0}, {-1.5, 0.2, Math.log(2), Math.log(0.2)}, {0, 0, Math.log(0.05), Math.log(5)}
    };

    private final ScoreOracle oracle = new ScoreOracle(Z, JITTER);

    @Test
    void drawsHaveTheMeanAndTheFactorOfTheModel() {
        for (double[] phi : PHI) {
            for (boolean tangents : new boolean[] {false, true}) {
                double[] u = new double[Z.length];
                scores(phi, tangents).drawInto(XI, u);
                assertThat(u).containsExactly(oracle.scores(phi, XI), within(1e-12));
            }
        }
    }

    @Test
    void tangentsAreDerivativesOfTheDraw() {
        double h = 1e-5;
        for (double[] phi : PHI) {
            GaussianScores scores = scores(phi, true);
            for (int p = 0; p < 4; p++) {
                double[] found = new double[Z.length];
                scores.tangentInto(p, XI, found);
                double[] up = oracle.scores(shifted(phi, p, h), XI);
                double[] down = oracle.scores(shifted(phi, p, -h), XI);
                for (int i = 0; i < Z.length; i++) {
                    assertThat(found[i]).isCloseTo((up[i] - down[i]) / (2 * h), within(1e-6));
                }
            }
        }
    }

    /** What was factorised before leaves no trace. */
    @Test
    void memoryIsReused() {
        GaussianScores again = new GaussianScores(Z.length);
        for (double[] phi : PHI) {
            for (boolean tangents : new boolean[] {true, false, true}) {
                again.factorize(Z, clamped(phi), JITTER, tangents);
                GaussianScores fresh = scores(phi, tangents);
                assertThat(drawn(again)).isEqualTo(drawn(fresh));
                for (int p = 0; p < 4 && tangents; p++) {
                    double[] expected = new double[Z.length];
                    double[] found = new double[Z.length];
                    fresh.tangentInto(p, XI, expected);
                    again.tangentInto(p, XI, found);
                    assertThat(found).isEqualTo(expected);
                    assertThat(again.trace(p)).isEqualTo(fresh.trace(p));
                }
            }
        }
    }

    private static double[] drawn(GaussianScores scores) {
        double[] u = new double[Z.length];
        scores.drawInto(XI, u);
        return u;
    }

    @Test
    void tangentsAndTracesGiveTheDerivativeOfTheLogDensity() {
        double h = 1e-5;
        for (double[] phi : PHI) {
            GaussianScores scores = scores(phi, true);
            double[] u = oracle.scores(phi, XI);
            double[] alpha = new double[Z.length];
            double[] tangent = new double[Z.length];
            scores.solveInto(XI, alpha);
            for (int p = 0; p < 4; p++) {
                scores.tangentInto(p, XI, tangent);
                double found = -scores.trace(p);
                for (int i = 0; i < Z.length; i++) {
                    found += alpha[i] * tangent[i];
                }
                double expected = (oracle.logDensity(shifted(phi, p, h), u) - oracle.logDensity(shifted(phi, p, -h), u))
                        / (2 * h);
                assertThat(found).isCloseTo(expected, within(1e-6 * (1 + Math.abs(expected))));
            }
        }
    }

    @Test
    void theLeastJitterIsEnoughForEqualFeaturesAndTheLargestScale() {
        double[] equal = new double[256];
        double[] xi = new double[256];
        Arrays.fill(xi, 1);
        double[] u = new double[256];
        for (double length : new double[] {GaussianParameters.LEAST_LENGTH, GaussianParameters.LARGEST_LENGTH}) {
            GaussianParameters phi = GaussianParameters.clamped(1, 0, Math.log(10), Math.log(length), 0.05);
            for (int i = 0; i < equal.length; i++) {
                equal[i] = length == GaussianParameters.LEAST_LENGTH ? 0.5 : i * 1e-3;
            }
            GaussianScores scores = factorized(equal, phi, 1e-9, true);
            scores.drawInto(xi, u);
            assertThat(Arrays.stream(u).allMatch(Double::isFinite)).isTrue();
            assertThat(scores.trace(2)).isFinite();
            assertThat(scores.trace(3)).isFinite();
        }
    }

    /** Features of which many are equal or nearly so, any φ in its ranges, the least jitter: every pivot is positive. */
    @Property(tries = 300)
    void duplicatedFeaturesLeaveTheCovariancePositiveDefinite(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] features = new double[random.nextInt(1, 60)];
        for (int i = 0; i < features.length; i++) {
            features[i] = i > 0 && random.nextInt(3) > 0
                    ? features[random.nextInt(i)] + (random.nextBoolean() ? 0 : 1e-9)
                    : 3 * random.nextGaussian();
        }
        double[] phi = {
            random.nextDouble(-10, 10),
            0,
            random.nextDouble(Math.log(GaussianParameters.LEAST_SCALE), Math.log(GaussianParameters.LARGEST_SCALE)),
            random.nextDouble(Math.log(GaussianParameters.LEAST_LENGTH), Math.log(GaussianParameters.LARGEST_LENGTH))
        };
        GaussianScores scores = factorized(features, clamped(phi), 1e-9, true);
        double[] xi = new double[features.length];
        Arrays.fill(xi, 1);
        double[] u = new double[features.length];
        scores.drawInto(xi, u);
        assertThat(Arrays.stream(u).allMatch(Double::isFinite)).isTrue();
        assertThat(scores.trace(2)).isFinite();
        assertThat(scores.trace(3)).isFinite();
    }

    /** Without the jitter two equal features make the covariance singular, which is not hidden. */
    @Test
    void withoutJitterDuplicatesAreRefused() {
        GaussianParameters phi = new GaussianParameters(0, 0, 0, 0);
        assertThatThrownBy(() -> factorized(new double[] {0.5, 0.5, 0.5}, phi, 0, false))
                .isInstanceOf(NumericalException.class);
    }

    private static GaussianScores scores(double[] phi, boolean tangents) {
        return factorized(Z, clamped(phi), JITTER, tangents);
    }

    private static GaussianScores factorized(
            double[] features, GaussianParameters phi, double jitter, boolean tangents) {
        GaussianScores scores = new GaussianScores(features.length);
        scores.factorize(features, phi, jitter, tangents);
        return scores;
    }

    private static GaussianParameters clamped(double[] phi) {
        return GaussianParameters.clamped(phi[0], phi[1], phi[2], phi[3], GaussianParameters.LEAST_SCALE);
    }

    private static double[] shifted(double[] phi, int p, double h) {
        double[] shifted = phi.clone();
        shifted[p] += h;
        return shifted;
    }
}
