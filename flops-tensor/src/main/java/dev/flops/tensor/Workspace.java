package dev.flops.tensor;

/**
 * Memory of one worker: a stack of tensors in one growing arena. A workspace belongs to one thread at a time.
 *
 * <pre>
 *   long mark = workspace.mark();
 *   Tensor t = workspace.take(shape);     // contents undefined
 *   ...
 *   workspace.release(mark);              // t must not be used any more
 * </pre>
 *
 * <p>When the arena is too small, a block is added; the next {@link #release} to the bottom puts one block in place of all, as
 * large as the stack was at its highest, so that a steady state allocates no arrays and holds no more than it needs.
 */
public final class Workspace {
    private static final int ALIGNMENT = 16;
    private static final int FIRST_BLOCK = 1 << 16;

    private float[][] blocks = {new float[0]};
    private int[] fills = {0};
    private int block;
    private int used;
    private long below;
    private long peak;
    private float[] scratch = new float[0];
    private int[] indices = new int[0];

    /** An empty workspace; memory is allocated when first taken. */
    public Workspace() {}

    /**
     * Takes a tensor whose contents are undefined.
     *
     * @param shape its shape
     * @return a tensor valid until the workspace is released below it
     */
    public Tensor take(Shape shape) {
        int length = (shape.elements() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        if (length > blocks[block].length - used) {
            nextBlock(length);
        }
        Tensor tensor = Tensor.view(shape, blocks[block], used);
        used += length;
        peak = Math.max(peak, below + used);
        return tensor;
    }

    /**
     * The present height of the stack.
     *
     * @return a mark for {@link #release}
     */
    public long mark() {
        return (long) block << 32 | used;
    }

    /**
     * Gives back everything taken since a mark.
     *
     * @param mark from {@link #mark}
     */
    public void release(long mark) {
        int target = (int) (mark >>> 32);
        while (block > target) {
            block--;
            below -= fills[block];
        }
        used = (int) mark;
        if (mark == 0 && blocks.length > 1 && peak <= Integer.MAX_VALUE - 8) {
            // The old blocks may go before the new one comes.
            blocks = new float[1][];
            blocks[0] = new float[(int) peak];
            fills = new int[1];
        }
    }

    /**
     * Scratch memory for a kernel, contents undefined, overwritten by the next operation.
     *
     * @param length floats needed
     * @return an array of at least that length
     */
    float[] scratch(int length) {
        if (scratch.length < length) {
            scratch = new float[length];
        }
        return scratch;
    }

    /**
     * As {@link #scratch}, for indices.
     *
     * @param length indices needed
     * @return an array of at least that length
     */
    int[] indices(int length) {
        if (indices.length < length) {
            indices = new int[length];
        }
        return indices;
    }

    /**
     * Memory that the workspace holds.
     *
     * @return bytes
     */
    public long bytes() {
        long floats = (long) scratch.length + indices.length;
        for (float[] b : blocks) {
            floats += b.length;
        }
        return floats * Float.BYTES;
    }

    private void nextBlock(int length) {
        fills[block] = used;
        below += used;
        block++;
        used = 0;
        if (block == blocks.length) {
            long size = Math.max(Math.max(length, FIRST_BLOCK), Math.min(below / 4, 1 << 26));
            blocks = java.util.Arrays.copyOf(blocks, block + 1);
            fills = java.util.Arrays.copyOf(fills, block + 1);
            blocks[block] = new float[(int) size];
        } else if (blocks[block].length < length) {
            blocks[block] = new float[length];
        }
    }
}
