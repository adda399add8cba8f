package dev.flops.bench.prompt;

/**
 * An additive prompt that depends on the picture, of few parameters: the coordinator of BlackVIP made linear. A frozen encoder,
 * the first K × K coefficients f of the picture x in the orthonormal cosine basis φ, and a decoder of two numbers per coefficient:
 *
 * <pre>
 *   x + Σ_k (s c_k + a_k f_k(x)) φ_k,   f_k(x) = Σ_p (x_p − 1) φ_kp,   θ = (c, a), d = 2 K²
 * </pre>
 *
 * so that c is one prompt for all pictures and a amplifies or damps what a picture itself holds; f is 0 for blank paper. With
 * s = {@value #SCALE}, c_k = 1 changes a pixel by about 1.
 *
 * <p>Reference: Oh et al., <em>BlackVIP</em>, CVPR 2023. Deviation: its encoder is a network trained without labels and its
 * decoder a convolutional one; here both are linear.
 *
 * @param frequencies K, 1 to {@link Digits#SIDE}
 */
public record CoordinatorPrompt(int frequencies) implements VisualPrompt {
    private static final float SCALE = Digits.SIDE;

    /** Checks the range. */
    public CoordinatorPrompt {
        if (frequencies < 1 || frequencies > Digits.SIDE) {
            throw new IllegalArgumentException(
                    "frequencies = " + frequencies + ", expected 1 <= frequencies <= " + Digits.SIDE);
        }
    }

    @Override
    public String name() {
        return "coordinator" + frequencies;
    }

    @Override
    public int dimension() {
        return 2 * frequencies * frequencies;
    }

    @Override
    public void apply(float[] points, int offset, float[] picture, float[] prompted) {
        int side = Digits.SIDE;
        double[] basis = basis();
        double[] columns = new double[side * frequencies];
        for (int y = 0; y < side; y++) {
            for (int u = 0; u < frequencies; u++) {
                double sum = 0;
                for (int x = 0; x < side; x++) {
                    sum += (picture[y * side + x] - 1) * basis[u * side + x];
                }
                columns[y * frequencies + u] = sum;
            }
        }
        // Change per row frequency v and column x, after summing over column frequencies u.
        double[] rows = new double[frequencies * side];
        for (int v = 0; v < frequencies; v++) {
            for (int u = 0; u < frequencies; u++) {
                double coefficient = 0;
                for (int y = 0; y < side; y++) {
                    coefficient += columns[y * frequencies + u] * basis[v * side + y];
                }
                int k = offset + v * frequencies + u;
                double change = SCALE * points[k] + points[k + frequencies * frequencies] * coefficient;
                for (int x = 0; x < side; x++) {
                    rows[v * side + x] += change * basis[u * side + x];
                }
            }
        }
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                double sum = picture[y * side + x];
                for (int v = 0; v < frequencies; v++) {
                    sum += rows[v * side + x] * basis[v * side + y];
                }
                prompted[y * side + x] = (float) Math.clamp(sum, -1.0, 1.0);
            }
        }
    }

    /** φ of one axis, (frequencies, side), orthonormal. */
    private double[] basis() {
        int side = Digits.SIDE;
        double[] basis = new double[frequencies * side];
        for (int u = 0; u < frequencies; u++) {
            double norm = StrictMath.sqrt((u == 0 ? 1.0 : 2.0) / side);
            for (int x = 0; x < side; x++) {
                basis[u * side + x] = norm * StrictMath.cos(StrictMath.PI * u * (2 * x + 1) / (2.0 * side));
            }
        }
        return basis;
    }
}
