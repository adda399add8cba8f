package dev.flops.tensor;

import dev.flops.tensor.internal.kernel.ConvolutionJob;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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
 * large as the stack was at its highest, so that a steady state allocates no arrays and holds no more than it needs. Tensors are
 * immutable views: one that was handed out lately is handed out again, so that a steady state allocates none of them either.
 */
public final class Workspace {
    private static final int ALIGNMENT = 16;
    private static final int FIRST_BLOCK = 1 << 16;

    /** Views that are remembered: a few for each value of eight bits of their hash. */
    private static final int SETS = 1 << 8;

    private static final int VIEWS_IN_SET = 4;

    private float[][] blocks = {new float[0]};
    private int[] fills = {0};
    private int block;
    private int used;
    private long below;
    private long peak;
    private float[] scratch = new float[0];
    private int[] indices = new int[0];
    private final @Nullable Tensor[] views = new Tensor[SETS * VIEWS_IN_SET];
    private int oldest;
    private final ConvolutionJob convolutionJob = new ConvolutionJob();

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
        Tensor tensor = view(shape, blocks[block], used);
        used += length;
        peak = Math.max(peak, below + used);
        return tensor;
    }

    /**
     * Some of a tensor's elements under another shape, such as a part of its rows.
     *
     * @param shape the shape
     * @param whole a tensor of this workspace
     * @param first index of the part's first element in the tensor
     * @return a tensor that shares the storage, valid as long as the whole one
     */
    public Tensor part(Shape shape, Tensor whole, int first) {
        if (first < 0 || first > whole.elements() - shape.elements()) {
            throw new IllegalArgumentException("first = " + first + ", expected 0 <= first <= "
                    + (whole.elements() - shape.elements()) + " for shape " + shape + " in " + whole);
        }
        return view(shape, whole.array(), whole.offset() + first);
    }

    /** The view that was handed out for this before, or a new one in place of another. */
    private Tensor view(Shape shape, float[] array, int offset) {
        int hash = (31 * shape.hashCode() + offset / ALIGNMENT) * 0x9E3779B9;
        int set = (hash >>> 24) * VIEWS_IN_SET;
        for (int i = set; i < set + VIEWS_IN_SET; i++) {
            Tensor known = views[i];
            if (known != null && known.isView(shape, array, offset)) {
                return known;
            }
        }
        Tensor made = Tensor.view(shape, array, offset);
        oldest = (oldest + 1) % VIEWS_IN_SET;
        views[set + oldest] = made;
        return made;
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
            Arrays.fill(views, null);
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
     * Scratch memory for indices, contents undefined, overwritten by the next operation on this workspace.
     *
     * @param length indices needed
     * @return an array of at least that length
     */
    public int[] indices(int length) {
        if (indices.length < length) {
            indices = new int[length];
        }
        return indices;
    }

    /** The object that convolutions of this workspace's thread use one after the other. */
    ConvolutionJob convolutionJob() {
        return convolutionJob;
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
            blocks = Arrays.copyOf(blocks, block + 1);
            fills = Arrays.copyOf(fills, block + 1);
            blocks[block] = new float[(int) size];
        } else if (blocks[block].length < length) {
            blocks[block] = new float[length];
            Arrays.fill(views, null);
        }
    }
}
