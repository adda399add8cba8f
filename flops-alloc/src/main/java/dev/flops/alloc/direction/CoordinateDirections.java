package dev.flops.alloc.direction;

import dev.flops.api.GradientTarget;
import dev.flops.api.NoiseAddress;
import dev.flops.api.Parameters;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import java.util.List;

/**
 * Coordinate-wise differences (CGE): the unit vectors e_j of all coordinates, or of chosen ones, as one set with c = 1,
 *
 * <pre>
 *   g_j = (ℓ(θ + σe_j) − ℓ(θ − σe_j)) / (2σ)
 * </pre>
 *
 * or the forward difference. Nothing is random, so that one set per example says all there is to say.
 *
 * <p>Queries: one or two per coordinate. Target: the partial derivatives, with a bias of order σ² for pairs and of order σ
 * for forward differences (in each: 0 for linear losses); 0 for coordinates that are not chosen. Variance: 0.
 *
 * <p>Reference: Chen et al., <em>DeepZero: Scaling up Zeroth-Order Optimization for Deep Model Training</em>, ICLR 2024,
 * which chooses coordinates by pruning; here the caller chooses.
 *
 * @param coordinates distinct, ascending, or empty for all
 */
public record CoordinateDirections(List<Integer> coordinates) implements Directions {
    /** Checks and copies the coordinates. */
    public CoordinateDirections {
        coordinates = List.copyOf(coordinates);
        for (int k = 0; k < coordinates.size(); k++) {
            int least = k == 0 ? 0 : coordinates.get(k - 1) + 1;
            if (coordinates.get(k) < least) {
                throw new IllegalArgumentException("coordinates[" + k + "] = " + coordinates.get(k) + ", expected >= "
                        + least + " (ascending, none twice)");
            }
        }
    }

    /**
     * All coordinates.
     *
     * @return a set of d directions
     */
    public static CoordinateDirections all() {
        return new CoordinateDirections(List.of());
    }

    @Override
    public String name() {
        return "coordinate-wise";
    }

    @Override
    public int perSample(int dimension) {
        if (coordinates.isEmpty()) {
            return dimension;
        }
        if (coordinates.getLast() >= dimension) {
            throw new IllegalArgumentException(
                    "coordinates contain " + coordinates.getLast() + ", expected < " + dimension);
        }
        return coordinates.size();
    }

    @Override
    public double squaredNorm(int dimension) {
        return 1;
    }

    @Override
    public GradientTarget target() {
        return coordinates.isEmpty() ? GradientTarget.GRADIENT_TO_SECOND_ORDER : GradientTarget.PARTIAL_GRADIENT;
    }

    @Override
    public boolean random() {
        return false;
    }

    @Override
    public DirectionSource source(TensorOps ops, Parameters parameters) {
        return this::addInto;
    }

    private void addInto(NoiseAddress sample, int member, float scale, Tensor x, int xRow, Tensor out, int outRow) {
        Rows.copy(x, xRow, out, outRow);
        int d = x.elements() / x.shape().extent(0);
        int at = out.offset() + outRow * d + (coordinates.isEmpty() ? member : coordinates.get(member));
        out.array()[at] += scale;
    }
}
