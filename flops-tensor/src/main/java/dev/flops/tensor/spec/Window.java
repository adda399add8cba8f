package dev.flops.tensor.spec;

/**
 * Geometry of a sliding window, the same in both directions per field: what a convolution or a pooling looks at.
 *
 * @param kernelHeight rows of the kernel, at least 1
 * @param kernelWidth columns of the kernel, at least 1
 * @param stride distance between windows, at least 1
 * @param padding rows and columns of padding on each side, at least 0
 * @param dilation distance between the taps of a window, at least 1
 */
public record Window(int kernelHeight, int kernelWidth, int stride, int padding, int dilation) {
    /** Checks the ranges. */
    public Window {
        requireAtLeast("kernelHeight", kernelHeight, 1);
        requireAtLeast("kernelWidth", kernelWidth, 1);
        requireAtLeast("stride", stride, 1);
        requireAtLeast("padding", padding, 0);
        requireAtLeast("dilation", dilation, 1);
    }

    /**
     * A square window without dilation.
     *
     * @param kernel rows and columns of the kernel
     * @param stride distance between windows
     * @param padding padding on each side
     * @return the window
     */
    public static Window square(int kernel, int stride, int padding) {
        return new Window(kernel, kernel, stride, padding, 1);
    }

    /**
     * Positions of the image that meet the kernel at a time, those in the padding included.
     *
     * @return kernelHeight · kernelWidth
     */
    public int taps() {
        return kernelHeight * kernelWidth;
    }

    /**
     * Rows of the output.
     *
     * @param height rows of the input
     * @return ⌊(height + 2·padding − dilation·(kernelHeight − 1) − 1) / stride⌋ + 1
     */
    public int outputHeight(int height) {
        return extent("height", height, kernelHeight);
    }

    /**
     * Columns of the output.
     *
     * @param width columns of the input
     * @return ⌊(width + 2·padding − dilation·(kernelWidth − 1) − 1) / stride⌋ + 1
     */
    public int outputWidth(int width) {
        return extent("width", width, kernelWidth);
    }

    private int extent(String name, int input, int kernel) {
        int room = input + 2 * padding - dilation * (kernel - 1) - 1;
        if (room < 0) {
            throw new IllegalArgumentException(name + " = " + input + ", expected at least "
                    + (dilation * (kernel - 1) + 1 - 2 * padding) + " for " + this);
        }
        return room / stride + 1;
    }

    private static void requireAtLeast(String name, int value, int minimum) {
        if (value < minimum) {
            throw new IllegalArgumentException(name + " = " + value + ", expected >= " + minimum);
        }
    }
}
