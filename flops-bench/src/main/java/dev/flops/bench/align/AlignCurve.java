package dev.flops.bench.align;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The curve of a run: a point before the first step, and one whenever another part of the queries is spent. */
final class AlignCurve {
    private final Projector projector;
    private final long seed;
    private final AlignTask.Listener listener;
    private final List<AlignPoint> points = new ArrayList<>();
    private final long begun = System.nanoTime();
    private double lossSum;
    private int lossSteps;
    private int steps;
    private boolean going;

    AlignCurve(Projector projector, long seed, AlignTask.Listener listener) {
        this.projector = projector;
        this.seed = seed;
        this.listener = listener;
        this.going = point(0);
    }

    /** Takes a step in, and draws a point if one is due. */
    boolean onStep(double meanLoss, long queries, boolean due) {
        lossSum += meanLoss;
        lossSteps++;
        steps++;
        if (due) {
            going = point(queries);
        }
        return going;
    }

    /** The last point, if queries were spent since the one before. */
    void end(long queries) {
        if (points.getLast().queries() < queries) {
            point(queries);
        }
    }

    private boolean point(long queries) {
        AlignPoint point = new AlignPoint(seed, steps, queries, meanLoss(), projector.imageToText10(), seconds());
        points.add(point);
        lossSum = 0;
        lossSteps = 0;
        return listener.onPoint(point);
    }

    private @Nullable Double meanLoss() {
        return lossSteps == 0 ? null : (Double) (lossSum / lossSteps);
    }

    List<AlignPoint> points() {
        return points;
    }

    int steps() {
        return steps;
    }

    /** Whether the listener has not stopped the run. */
    boolean going() {
        return going;
    }

    double seconds() {
        return 1e-9 * (System.nanoTime() - begun);
    }
}
