package dev.flops.bench.align;

import dev.flops.alloc.train.EpochSampler;
import dev.flops.api.RandomKey;
import dev.flops.bench.rival.CoordinateFamily;
import dev.flops.bench.task.ParametersDigest;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import java.util.Arrays;
import java.util.List;

/** A projector trained by a rival of forward learning. */
final class RivalAlignment {
    private final AlignData data;
    private final AlignRival config;
    private final Projector projector;
    private final ProjectedLoss loss;
    private final CoordinateFamily family;

    RivalAlignment(AlignData data, Workers workers, AlignRival config) {
        this.data = data;
        this.config = config;
        TensorOps ops = TensorOps.of(config.simd());
        this.projector = new Projector(data, ops, workers, config.seed());
        List<Integer> train = shuffled(data.split().train(), config.seed());
        this.loss = new ProjectedLoss(
                projector,
                AlignData.rows(data.google(), train),
                AlignData.rows(data.targets(), train),
                config.temperature(),
                ops,
                config.queries());
        float[] origin = parameters().clone();
        int[] positions = positions();
        if (config.part() == AlignRival.Part.BLOCK) {
            float[] kept = origin.clone();
            Arrays.fill(origin, 0);
            for (int at : positions) {
                origin[at] = kept[at];
            }
        }
        this.family = new CoordinateFamily(loss, origin, positions);
    }

    /** Emoji stand in families, and a search looks at the first ones alone. */
    private static List<Integer> shuffled(List<Integer> train, long seed) {
        RandomKey key = RandomKey.ofSeed(seed).forPurpose(RandomKey.Purpose.INITIALIZATION);
        int[] order = new EpochSampler(train.size(), train.size(), key).batch(0);
        return Arrays.stream(order).mapToObj(train::get).toList();
    }

    private int[] positions() {
        int features = data.google().shape().extent(1);
        int outputs = data.targets().shape().extent(1);
        if (config.part() == AlignRival.Part.ALL) {
            int[] all = new int[projector.network().parameters().dimension()];
            Arrays.setAll(all, i -> i);
            return all;
        }
        int first = projector.network().parameters().get("projector.weight").offset();
        int columns = Math.min(AlignRival.BLOCK, features);
        int[] block = new int[columns * Math.min(AlignRival.BLOCK, outputs)];
        Arrays.setAll(block, k -> first + k / columns * features + k % columns);
        return block;
    }

    void check() {
        long least = config.rival().minimumQueries(family.dimension());
        if (config.queries() < least) {
            throw new IllegalArgumentException("queries = " + config.queries() + ", expected >= " + least
                    + ": what one step of " + config.rival() + " costs");
        }
        if (config.rival().batch() > family.examples()) {
            throw new IllegalArgumentException("batch = " + config.rival().batch() + " of " + config.rival()
                    + ", expected <= " + family.examples() + " emoji to learn from");
        }
    }

    AlignResult run(int points, AlignTask.Listener listener) {
        check();
        float[] u = family.start();
        show(u);
        AlignCurve curve = new AlignCurve(projector, config.seed(), listener);
        if (curve.going()) {
            config.rival().run(family, u, config.seed(), (now, mean) -> {
                boolean due = loss.spent() * points
                        >= config.queries() * curve.points().size();
                if (due) {
                    show(now);
                }
                return curve.onStep(mean, loss.spent(), due);
            });
        }
        show(u);
        curve.end(loss.spent());
        Tensor projected = projector.heldOut(data.google());
        return new AlignResult(
                config.seed(),
                curve.steps(),
                loss.spent(),
                loss.flops(),
                Double.NaN,
                projector.scores(data.google()),
                projector.scores(data.twitter()),
                ParametersDigest.sha256(projector.network().parameters()),
                curve.points(),
                projected,
                !curve.going(),
                curve.seconds(),
                null);
    }

    /** The projector's parameters as they are. */
    float[] parameters() {
        return projector.network().parameters().values();
    }

    /** The loss leaves what it was asked in the projector; this puts a result there. */
    private void show(float[] u) {
        float[] theta = family.expand(u);
        System.arraycopy(theta, 0, parameters(), 0, theta.length);
    }
}
