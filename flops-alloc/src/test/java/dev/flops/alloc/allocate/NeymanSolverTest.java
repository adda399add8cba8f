package dev.flops.alloc.allocate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

/** Against brute force in exact integer arithmetic on small problems, and by the certificate of optimality on large ones. */
final class NeymanSolverTest {
    /** The least common multiple of 1..14. */
    private static final long COMMON = 360_360;

    private static final NeymanSolver.GreedyKey GAIN = (variance, n) -> variance / (n * (n + 1.0));
    private static final int NONE = Integer.MAX_VALUE;

    /** A small problem; variances are whole numbers, so that Σ v_i / n_i can be compared without error. */
    record Problem(List<Integer> variances, int samples, int minimum, int maximum) {
        double[] real() {
            return variances.stream().mapToDouble(Integer::doubleValue).toArray();
        }
    }

    @Provide
    Arbitrary<Problem> problems() {
        Arbitrary<Integer> variance = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.integers().between(0, 12)), Tuple.of(2, Arbitraries.of(0, 1, 1000, 1_000_000)));
        return variance.list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .flatMap(v -> Combinators.combine(
                                Arbitraries.integers().between(1, 2),
                                Arbitraries.integers().between(0, 9))
                        .flatAs((minimum, spare) -> {
                            int samples = v.size() * minimum + Math.min(spare, 14 - minimum);
                            int least = Math.ceilDiv(samples, v.size());
                            return Arbitraries.integers()
                                    .between(Math.max(least, minimum), 15)
                                    .map(maximum -> new Problem(v, samples, minimum, maximum == 15 ? NONE : maximum));
                        }));
    }

    @Property(tries = 3000)
    void equalsBruteForce(@ForAll("problems") Problem problem) {
        int[] n = NeymanSolver.solve(problem.real(), problem.samples(), problem.minimum(), problem.maximum());
        assertFeasible(n, problem.samples(), problem.minimum(), problem.maximum());
        assertThat(cost(problem.variances(), n)).isEqualTo(bruteForce(problem, 0, problem.samples()));
    }

    /** Every n_i is a multiple of the group, and the objective is that of the best such allocation. */
    @Property(tries = 1000)
    void groupsEqualBruteForce(@ForAll("problems") Problem problem) {
        for (int group : new int[] {1, 2, 3}) {
            int maximum = problem.maximum() == NONE ? NONE : problem.maximum() * group + group - 1;
            int[] n = NeymanSolver.solveInGroups(
                    problem.real(), problem.samples() * group, problem.minimum() * group - group + 1, maximum, group);
            for (int i = 0; i < n.length; i++) {
                assertThat(n[i] % group).isZero();
                n[i] /= group;
            }
            assertFeasible(n, problem.samples(), problem.minimum(), problem.maximum());
            assertThat(cost(problem.variances(), n)).isEqualTo(bruteForce(problem, 0, problem.samples()));
        }
    }

    /** One sample of each example counts for nothing: the rest is allocated as without a baseline. */
    @Property(tries = 1000)
    void leaveOneOutEqualsBruteForce(@ForAll("problems") Problem problem) {
        int batch = problem.variances().size();
        int maximum = problem.maximum() == NONE ? NONE : problem.maximum() + 1;
        int[] n = NeymanSolver.solveLeaveOneOut(
                problem.real(), problem.samples() + batch, problem.minimum() + 1, maximum);
        assertFeasible(n, problem.samples() + batch, problem.minimum() + 1, maximum);
        for (int i = 0; i < batch; i++) {
            n[i]--;
        }
        assertThat(cost(problem.variances(), n)).isEqualTo(bruteForce(problem, 0, problem.samples()));
    }

    @Test
    void leaveOneOutNeedsTwoSamples() {
        // Σ v/(n − 1): after (2, 2) the gains are 6/2 and 2/2, then 6/6 and 2/2 tie.
        assertThat(NeymanSolver.solveLeaveOneOut(new double[] {6, 2}, 6, 2, NONE))
                .containsExactly(4, 2);
        assertThat(NeymanSolver.solveLeaveOneOut(new double[] {6, 2}, 7, 2, NONE))
                .containsExactly(4, 3);
        assertThat(NeymanSolver.solve(new double[] {6, 2}, 7, 2, NONE)).containsExactly(4, 3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NeymanSolver.solveLeaveOneOut(new double[] {1, 1}, 7, 1, NONE))
                .withMessage("minimum = 1, expected >= 2");
    }

    @Test
    void refusesBadGroups() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NeymanSolver.solveInGroups(new double[] {1, 1}, 7, 1, NONE, 2))
                .withMessage("samples = 7, expected a multiple of 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NeymanSolver.solveInGroups(new double[] {1}, 7, 1, NONE, 0))
                .withMessage("group = 0, expected >= 1");
    }

    /**
     * The ratio to equal allocation goes to (mean s)²/mean(s²) from above as N_s/B grows: the real optimum rounded down is
     * affordable and no better than the integer optimum, which bounds the excess by the largest relative rounding.
     */
    @Property(tries = 50)
    void tendsToTheRealOptimum(@ForAll int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] variances = new double[random.nextInt(2, 40)];
        for (int i = 0; i < variances.length; i++) {
            variances[i] = StrictMath.exp(random.nextDouble(-3, 3));
        }
        double ideal = AllocationDiagnostics.idealRatio(variances);
        double roots = 0;
        double least = Double.POSITIVE_INFINITY;
        for (double variance : variances) {
            roots += StrictMath.sqrt(variance);
            least = Math.min(least, StrictMath.sqrt(variance));
        }
        for (int perExample : new int[] {100, 1000, 10_000}) {
            int samples = perExample * variances.length;
            int[] n = NeymanSolver.solve(variances, samples, 1, NONE);
            double ratio = AllocationDiagnostics.variance(variances, n)
                    / AllocationReward.equalVariance(variances, samples)
                    / ideal;
            assertThat(ratio).isBetween(1 - 1e-12, 1 + 1 / Math.floor(samples * least / roots));
        }
    }

    @Test
    void bruteForceRejectsTheGreedyKeyWithNSquared() {
        // After (2, 1) the next sample gains 9/6 and 2/2; v/n² would compare 9/4 with 2/1, and after (3, 1) 9/9 with
        // 2/1.
        NeymanSolver.GreedyKey mutant = (variance, n) -> variance / ((double) n * n);
        int wrong = 0;
        for (int first = 1; first <= 12; first++) {
            for (int samples = 2; samples <= 12; samples++) {
                Problem problem = new Problem(List.of(first, 1), samples, 1, NONE);
                int[] n = NeymanSolver.solve(problem.real(), samples, 1, NONE, mutant);
                assertFeasible(n, samples, 1, NONE);
                wrong += cost(problem.variances(), n) == bruteForce(problem, 0, samples) ? 0 : 1;
            }
        }
        assertThat(wrong).isPositive();
    }

    @Property(tries = 300)
    void satisfiesTheCertificateOfOptimality(@ForAll("wide") double[] variances, @ForAll int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int batch = variances.length;
        int minimum = 1 + random.nextInt(3);
        int maximum = random.nextBoolean() ? NONE : minimum + random.nextInt(1, 200);
        long most = Math.min((long) batch * maximum, batch * 1000L);
        int samples = (int) random.nextLong((long) batch * minimum, most + 1);
        int[] n = NeymanSolver.solve(variances, samples, minimum, maximum);
        assertFeasible(n, samples, minimum, maximum);
        assertCertificate(variances, n, minimum, maximum);
    }

    @Provide
    Arbitrary<double[]> wide() {
        Arbitrary<Double> variance =
                Arbitraries.doubles().between(-600, 600).map(e -> e < -590 ? 0 : StrictMath.exp(e));
        return variance.array(double[].class).ofMinSize(1).ofMaxSize(60);
    }

    @Test
    void isOptimalForAHundredThousandExamplesAndTenMillionSamples() {
        SplittableRandom random =
                new SplittableRandom(PlannedTest.key("NeymanSolverTest.large").bits(0, 0));
        double[] variances = new double[100_000];
        for (int i = 0; i < variances.length; i++) {
            variances[i] = i % 97 == 0 ? 0 : StrictMath.exp(3 * random.nextGaussian());
        }
        long fastest = Long.MAX_VALUE;
        int[] n = {};
        for (int run = 0; run < 5; run++) {
            long begun = System.nanoTime();
            n = NeymanSolver.solve(variances, 10_000_000, 1, NONE);
            fastest = Math.min(fastest, System.nanoTime() - begun);
        }
        assertThat(fastest).as("nanoseconds of the fastest of five").isLessThan(1_000_000_000L);
        assertFeasible(n, 10_000_000, 1, NONE);
        assertCertificate(variances, n, 1, NONE);
    }

    @Test
    void tiesGoToTheLowerIndex() {
        assertThat(NeymanSolver.solve(new double[] {5, 5, 5, 5}, 10, 1, NONE)).containsExactly(3, 3, 2, 2);
        // The gains 1/2 of the first and 3/6 of the second are equal: the first is served.
        assertThat(NeymanSolver.solve(new double[] {1, 3}, 4, 1, NONE)).containsExactly(2, 2);
    }

    @Test
    void samplesThatGainNothingAreSpreadEvenly() {
        assertThat(NeymanSolver.solve(new double[] {0, 0, 0}, 8, 1, NONE)).containsExactly(3, 3, 2);
        assertThat(NeymanSolver.solve(new double[] {0, 7, 0}, 10, 1, 4)).containsExactly(3, 4, 3);
        assertThat(NeymanSolver.solve(new double[] {0, 7, 0}, 10, 1, NONE)).containsExactly(1, 8, 1);
    }

    @Test
    void scaleDoesNotMatter() {
        double[] variances = {3, 0.5, 11, 0, 2.25};
        int[] expected = NeymanSolver.solve(variances, 40, 1, NONE);
        for (int exponent : new int[] {-1030, -500, 500, 1019}) {
            double[] scaled =
                    Arrays.stream(variances).map(v -> Math.scalb(v, exponent)).toArray();
            assertThat(NeymanSolver.solve(scaled, 40, 1, NONE)).isEqualTo(expected);
        }
        assertThat(NeymanSolver.solve(new double[] {Double.MIN_VALUE, 0}, 9, 1, NONE))
                .containsExactly(8, 1);
        assertThat(NeymanSolver.solve(new double[] {Double.MAX_VALUE, Double.MIN_VALUE}, 9, 1, NONE))
                .containsExactly(8, 1);
    }

    @Test
    void handlesTheLargestSampleBudget() {
        int[] n = NeymanSolver.solve(new double[] {4, 1}, NONE, 1, NONE);
        assertFeasible(n, NONE, 1, NONE);
        assertThat(n[0]).isBetween(1_431_655_764, 1_431_655_766);
    }

    @Test
    void refusesBadArguments() {
        assertRefused("variances is empty, expected one entry per example", new double[0], 1, 1, 1);
        assertRefused("variances[1] = -1.0, expected >= 0 and finite", new double[] {1, -1}, 4, 1, 4);
        assertRefused("variances[0] = NaN, expected >= 0 and finite", new double[] {Double.NaN}, 4, 1, 4);
        assertRefused("minimum = 0, expected >= 1", new double[] {1}, 4, 0, 4);
        assertRefused("maximum = 1, expected >= minimum = 2", new double[] {1}, 4, 2, 1);
        String range = "expected 2 <= samples <= 6 (2 examples x 1 to 3)";
        assertRefused("samples = 1, " + range, new double[] {1, 1}, 1, 1, 3);
        assertRefused("samples = 7, " + range, new double[] {1, 1}, 7, 1, 3);
    }

    private static void assertRefused(String message, double[] variances, int samples, int minimum, int maximum) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NeymanSolver.solve(variances, samples, minimum, maximum))
                .withMessage(message);
    }

    @Test
    void theCertificateRejectsASampleInTheWrongPlace() {
        double[] variances = {9, 4, 1};
        int[] n = NeymanSolver.solve(variances, 30, 1, NONE);
        n[0]--;
        n[2]++;
        assertThatThrownBy(() -> assertCertificate(variances, n, 1, NONE)).isInstanceOf(AssertionError.class);
    }

    private static void assertFeasible(int[] n, int samples, int minimum, int maximum) {
        assertThat(Arrays.stream(n).asLongStream().sum()).isEqualTo(samples);
        assertThat(Arrays.stream(n).min().orElseThrow()).isGreaterThanOrEqualTo(minimum);
        assertThat(Arrays.stream(n).max().orElseThrow()).isLessThanOrEqualTo(maximum);
    }

    /** Of a separable convex problem: no sample can move to where it gains more than it gains now. */
    private static void assertCertificate(double[] variances, int[] n, int minimum, int maximum) {
        double leastGiven = Double.POSITIVE_INFINITY;
        double mostRefused = 0;
        for (int i = 0; i < n.length; i++) {
            if (n[i] > minimum) {
                leastGiven = Math.min(leastGiven, GAIN.of(variances[i], n[i] - 1));
            }
            if (n[i] < maximum) {
                mostRefused = Math.max(mostRefused, GAIN.of(variances[i], n[i]));
            }
        }
        assertThat(leastGiven).isGreaterThanOrEqualTo(mostRefused);
    }

    private static long cost(List<Integer> variances, int[] n) {
        long cost = 0;
        for (int i = 0; i < n.length; i++) {
            cost += variances.get(i) * (COMMON / n[i]);
        }
        return cost;
    }

    private static long bruteForce(Problem problem, int from, int samples) {
        int last = problem.variances().size() - 1;
        if (from == last) {
            return samples < problem.minimum() || samples > problem.maximum()
                    ? Long.MAX_VALUE
                    : problem.variances().get(last) * (COMMON / samples);
        }
        long best = Long.MAX_VALUE;
        for (int n = problem.minimum(); n <= Math.min(samples, problem.maximum()); n++) {
            long rest = bruteForce(problem, from + 1, samples - n);
            if (rest < Long.MAX_VALUE) {
                best = Math.min(best, rest + problem.variances().get(from) * (COMMON / n));
            }
        }
        return best;
    }
}
