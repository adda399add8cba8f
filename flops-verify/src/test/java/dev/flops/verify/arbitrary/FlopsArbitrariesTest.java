package dev.flops.verify.arbitrary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flops.alloc.allocate.NeymanSolver;
import dev.flops.api.Allocation;
import dev.flops.api.Parameters;
import dev.flops.tensor.Shape;
import dev.flops.verify.problem.FiniteDifferences;
import dev.flops.verify.problem.NamedProblem;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What the arbitraries promise, and each of them at work. */
class FlopsArbitrariesTest {
    @Property(tries = 200)
    void shapesHaveOneToFourAxes(@ForAll("shapes") Shape shape) {
        assertThat(shape.rank()).isBetween(1, 4);
        int elements = 1;
        for (int extent : shape.toArray()) {
            assertThat(extent).isBetween(1, 5);
            elements *= extent;
        }
        assertThat(shape.elements()).isEqualTo(elements);
    }

    @Property(tries = 200)
    void parametersAreALayoutWithoutGaps(@ForAll("parameters") Parameters parameters) {
        int offset = 0;
        for (Parameters.Parameter entry : parameters.list()) {
            assertThat(entry.offset()).isEqualTo(offset);
            offset += entry.length();
        }
        assertThat(parameters.dimension()).isEqualTo(offset).isEqualTo(parameters.trainableDimension());
        for (float value : parameters.values()) {
            assertThat(value).isBetween(-2f, 2f);
        }
    }

    @Property(tries = 200)
    void allocationsGiveEveryExampleASample(@ForAll("allocations") Allocation allocation) {
        assertThat(allocation.examples()).isBetween(1, 9);
        for (int n : allocation.toArray()) {
            assertThat(n).isBetween(1, 20);
        }
        Allocation equal = Allocation.equal(allocation.examples(), allocation.total());
        assertThat(equal.total()).isEqualTo(allocation.total());
    }

    @Property(tries = 200)
    void lossesCanBeAllocatedBy(@ForAll("losses") float[] losses) {
        double[] variances = new double[losses.length];
        for (int i = 0; i < losses.length; i++) {
            assertThat(losses[i]).isBetween(0f, 1000f);
            variances[i] = losses[i];
        }
        int samples = 3 * losses.length + 1;
        int[] n = NeymanSolver.solve(variances, samples, 1, samples);
        int sum = 0;
        for (int i = 0; i < n.length; i++) {
            sum += n[i];
            for (int j = 0; j < n.length; j++) {
                assertThat(variances[i] > variances[j] && n[i] < n[j]).isFalse();
            }
        }
        assertThat(sum).isEqualTo(samples);
    }

    @Property(tries = 200)
    void problemsHaveTheGradientOfTheirLoss(@ForAll("problems") NamedProblem problem) {
        double[] theta = problem.theta();
        double[] expected = FiniteDifferences.gradient(problem.problem(), theta, 1);
        double[] found = problem.problem().gradient(theta, 1);
        for (int p = 0; p < theta.length; p++) {
            double scale = 1 + Math.abs(problem.problem().loss(theta, 1)) + Math.abs(found[p]);
            assertThat(found[p]).isCloseTo(expected[p], within(1e-9 * scale));
        }
    }

    @Provide
    Arbitrary<Shape> shapes() {
        return FlopsArbitraries.shapes(5);
    }

    @Provide
    Arbitrary<Parameters> parameters() {
        return FlopsArbitraries.parameters(3);
    }

    @Provide
    Arbitrary<Allocation> allocations() {
        return FlopsArbitraries.allocations(9, 20);
    }

    @Provide
    Arbitrary<float[]> losses() {
        return FlopsArbitraries.losses(12);
    }

    @Provide
    Arbitrary<NamedProblem> problems() {
        return FlopsArbitraries.problems(4, 2);
    }
}
