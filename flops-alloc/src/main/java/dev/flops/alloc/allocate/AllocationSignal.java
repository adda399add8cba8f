package dev.flops.alloc.allocate;

import dev.flops.api.AllocationRequest;

/**
 * Where an allocator takes its estimates of the sample variances v_i = s_i² of a batch from. Only the proportions matter.
 *
 * <p>References: EL2N is of Paul, Ganguli, Dziugaite, <em>Deep Learning on a Data Diet</em>, NeurIPS 2021. Layer-wise, the second
 * moment of a sample is (squared norm of the score direction) × E[w²], which {@link #REMEMBERED} and {@link #PILOT} measure and
 * {@link #ERROR_NORM} and {@link #LOSS} guess from the size of the loss's gradient.
 */
public enum AllocationSignal {
    /** v̂_i of earlier steps, with forgetting ({@link VarianceMemory}); an example that was never sampled has the mean. */
    REMEMBERED("remembered") {
        @Override
        void readInto(AllocationRequest request, double[] out) {
            System.arraycopy(request.rememberedVariances(), 0, out, 0, out.length);
        }
    },
    /** s_i = EL2N_i = ‖softmax(z_i) − onehot(y_i)‖₂ of the clean forward. */
    ERROR_NORM("el2n") {
        @Override
        void readInto(AllocationRequest request, double[] out) {
            squaresInto("errorNorms", request.signals().errorNorms(), out);
        }
    },
    /** s_i = max(ℓ_i, 0), the clean loss. */
    LOSS("loss") {
        @Override
        void readInto(AllocationRequest request, double[] out) {
            squaresInto("cleanLosses", request.signals().cleanLosses(), out);
        }
    },
    /** v̂_i of a pilot of the same step, with perturbations of its own. */
    PILOT("pilot") {
        @Override
        void readInto(AllocationRequest request, double[] out) {
            double[] pilot = request.signals().pilotVariances();
            requirePresent("pilotVariances", pilot.length);
            System.arraycopy(pilot, 0, out, 0, out.length);
        }
    };

    private final String label;

    AllocationSignal(String label) {
        this.label = label;
    }

    /** Name for reports. */
    String label() {
        return label;
    }

    /** v̂_i per example, where unknown anything that is not finite and ≥ 0. */
    abstract void readInto(AllocationRequest request, double[] out);

    /**
     * v̂_i of every example: those that are unknown hold the mean of the known, and all are 1 if none is known.
     *
     * @param request the request, not modified
     * @return v̂_i ≥ 0, finite, length B
     * @throws IllegalArgumentException if the request does not carry the signal at all
     */
    public double[] variances(AllocationRequest request) {
        double[] variances = new double[request.batchSize()];
        variancesInto(request, variances);
        return variances;
    }

    /** {@link #variances} into an array of length B. */
    void variancesInto(AllocationRequest request, double[] out) {
        readInto(request, out);
        double mean = SampleVariances.mean(out);
        SampleVariances.completeInPlace(out, Double.isNaN(mean) ? 1 : mean);
    }

    private static void squaresInto(String name, float[] roots, double[] out) {
        requirePresent(name, roots.length);
        for (int i = 0; i < roots.length; i++) {
            double root = Math.max(roots[i], 0);
            out[i] = root * root;
        }
    }

    private static void requirePresent(String name, int length) {
        if (length == 0) {
            throw new IllegalArgumentException(
                    "signals." + name + " is empty, expected one entry per example: the allocator works from them");
        }
    }
}
