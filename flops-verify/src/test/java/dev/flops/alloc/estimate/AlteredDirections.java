package dev.flops.alloc.estimate;

import dev.flops.alloc.direction.DirectionSource;
import dev.flops.alloc.direction.Directions;
import dev.flops.api.GradientTarget;
import dev.flops.api.NoiseAddress;
import dev.flops.api.Parameters;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;

/** Production directions with one thing wrong: the factor, the member of a set, or the length of each direction. */
record AlteredDirections(Directions right, double factorBy, boolean firstMemberForAll, float lengthBy)
        implements Directions {
    static AlteredDirections factor(Directions right, double by) {
        return new AlteredDirections(right, by, false, 1);
    }

    static AlteredDirections firstMemberForAll(Directions right) {
        return new AlteredDirections(right, 1, true, 1);
    }

    static AlteredDirections length(Directions right, float by) {
        return new AlteredDirections(right, 1, false, by);
    }

    @Override
    public String name() {
        return "altered " + right.name();
    }

    @Override
    public int perSample(int dimension) {
        return right.perSample(dimension);
    }

    @Override
    public double factor(int dimension) {
        return factorBy * right.factor(dimension);
    }

    @Override
    public double squaredNorm(int dimension) {
        return right.squaredNorm(dimension);
    }

    @Override
    public GradientTarget target() {
        return right.target();
    }

    @Override
    public boolean random() {
        return right.random();
    }

    @Override
    public DirectionSource source(TensorOps ops, Parameters parameters) {
        DirectionSource source = right.source(ops, parameters);
        return new DirectionSource() {
            @Override
            public void addInto(NoiseAddress s, int member, float scale, Tensor x, int xRow, Tensor out, int outRow) {
                source.addInto(s, firstMemberForAll ? 0 : member, lengthBy * scale, x, xRow, out, outRow);
            }
        };
    }
}
