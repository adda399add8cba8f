package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flops.alloc.direction.CoordinateDirections;
import dev.flops.alloc.direction.Directions;
import dev.flops.alloc.direction.HadamardDirections;
import dev.flops.alloc.direction.OrthonormalDirections;
import dev.flops.alloc.direction.RandomCoordinateDirections;
import dev.flops.alloc.direction.SobolDirections;
import dev.flops.alloc.direction.SphereDirections;
import dev.flops.api.NoiseAddress;
import dev.flops.api.Parameters;
import dev.flops.tensor.Tensor;
import dev.flops.verify.support.TestSeeds;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.distribution.NormalDistribution;

/** What holds for sets of any size in any dimension. */
class DirectionsPropertyTest {
    private static float[][] set(Directions directions, int dimension, int sample) {
        var source = directions.source(ParameterProblems.OPS, Parameters.ofVector(new float[dimension]));
        float[][] rows = new float[directions.perSample(dimension)][];
        for (int k = 0; k < rows.length; k++) {
            Tensor zero = Tensor.zeros(1, dimension);
            source.addInto(new NoiseAddress(TestSeeds.key("property"), 0, sample), k, 1, zero, 0, zero, 0);
            rows[k] = zero.array();
        }
        return rows;
    }

    private static double largestDeviation(float[][] set, double squaredNorm) {
        double largest = 0;
        for (int k = 0; k < set.length; k++) {
            for (int l = 0; l <= k; l++) {
                double dot = k == l ? -squaredNorm : 0;
                for (int p = 0; p < set[k].length; p++) {
                    dot += (double) set[k][p] * set[l][p];
                }
                largest = Math.max(largest, Math.abs(dot));
            }
        }
        return largest / squaredNorm;
    }

    @Property(tries = 100)
    void setsAreOrthogonal(
            @ForAll @IntRange(min = 1, max = 48) int dimension,
            @ForAll @IntRange(min = 1, max = 48) int wanted,
            @ForAll @IntRange(min = 0, max = 1000) int sample) {
        int size = Math.min(wanted, dimension);
        Directions qr = new OrthonormalDirections(size);
        assertThat(largestDeviation(set(qr, dimension, sample), dimension)).isLessThan(1e-6);
        Directions hadamard = new HadamardDirections(Math.min(wanted, Integer.lowestOneBit(dimension)));
        assertThat(largestDeviation(set(hadamard, dimension, sample), dimension))
                .isZero();
        assertThat(largestDeviation(set(new SphereDirections(), dimension, sample), dimension))
                .isLessThan(1e-6);
        assertThat(largestDeviation(set(CoordinateDirections.all(), dimension, sample), 1))
                .isZero();
        Directions sparse = new RandomCoordinateDirections(size);
        assertThat(largestDeviation(set(sparse, dimension, sample), 1)).isZero();
        for (Directions directions : new Directions[] {qr, hadamard, CoordinateDirections.all(), sparse}) {
            double trace =
                    directions.factor(dimension) * directions.perSample(dimension) * directions.squaredNorm(dimension);
            assertThat(trace).as(directions.name()).isCloseTo(dimension, within(1e-9));
        }
    }

    @Property(tries = 30)
    void sobolSetsHaveOnePointPerInterval(
            @ForAll @IntRange(min = 0, max = 6) int logSize,
            @ForAll @IntRange(min = 1, max = 128) int dimension,
            @ForAll @IntRange(min = 0, max = 1000) int sample) {
        int size = 1 << logSize;
        NormalDistribution normal = new NormalDistribution();
        float[][] set = set(new SobolDirections(size), dimension, sample);
        for (int p = 0; p < dimension; p++) {
            long seen = 0;
            for (float[] direction : set) {
                // A value is rounded to float; one in a thousandth of an interval of its edge may go either way.
                double position = size * normal.cumulativeProbability(direction[p]);
                if (Math.abs(position - Math.rint(position)) > 1e-3) {
                    long bit = 1L << (int) position;
                    assertThat(seen & bit).isZero();
                    seen |= bit;
                }
            }
        }
    }
}
