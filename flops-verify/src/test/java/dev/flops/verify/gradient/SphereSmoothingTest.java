package dev.flops.verify.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flops.verify.problem.CubicProblem;
import dev.flops.verify.problem.ExponentialProblem;
import dev.flops.verify.problem.RidgeProblem;
import dev.flops.verify.problem.SmoothProblem;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;

/** Against the circle, where the average over all angles is a sum that converges faster than any power. */
class SphereSmoothingTest {
    private static final int ANGLES = 96;

    @Property(tries = 50)
    void theCircleIsAveragedOverAllAngles(
            @ForAll @Size(4) List<@DoubleRange(min = -1, max = 1) Double> numbers,
            @ForAll @DoubleRange(min = 0.05, max = 0.3) double sigma) {
        double[] theta = {numbers.get(0), numbers.get(1)};
        double[][] direction = {{numbers.get(2), numbers.get(3)}};
        agrees(
                new CubicProblem(0.5, new double[][] {{numbers.get(3), -numbers.get(0)}}, direction),
                theta,
                sigma,
                1e-10);
        agrees(new ExponentialProblem(direction), theta, sigma, 1e-6);
        agrees(RidgeProblem.logistic(direction), theta, sigma, 1e-6);
    }

    private static void agrees(SmoothProblem problem, double[] theta, double sigma, double error) {
        double[] mean = SphereSmoothing.gradient(problem, theta, 0, sigma);
        double[] circle = new double[2];
        for (int k = 0; k < ANGLES; k++) {
            double angle = 2 * StrictMath.PI * k / ANGLES;
            double[] e = {StrictMath.sqrt(2) * StrictMath.cos(angle), StrictMath.sqrt(2) * StrictMath.sin(angle)};
            double loss = problem.loss(new double[] {theta[0] + sigma * e[0], theta[1] + sigma * e[1]}, 0);
            circle[0] += loss * e[0] / sigma / ANGLES;
            circle[1] += loss * e[1] / sigma / ANGLES;
        }
        assertThat(mean[0]).isCloseTo(circle[0], within(error));
        assertThat(mean[1]).isCloseTo(circle[1], within(error));
    }
}
