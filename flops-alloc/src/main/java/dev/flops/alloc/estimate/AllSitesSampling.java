package dev.flops.alloc.estimate;

import dev.flops.api.CostLedger;
import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import dev.flops.api.RandomKey;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.Workers;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Site;
import dev.flops.tensor.network.SiteHook;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The likelihood-ratio estimator with all sites perturbed in one forward. The inputs h of a site differ per sample, so
 * the contraction needs a row per query:
 *
 * <pre>
 *   ∇_θ = Σ_i Σ_k J(h_ik)ᵀ w_ik ε_ik / (σ n_i B)
 * </pre>
 *
 * An antithetic pair contributes two rows, +(ℓ⁺ − ℓ_i)/2 with h⁺ and −(ℓ⁻ − ℓ_i)/2 with h⁻, each unbiased by itself.
 *
 * <p>Samples are summed in blocks of {@value #BLOCK}, one chain each, and blocks in index order. It serves one step after
 * the other.
 */
final class AllSitesSampling {
    /** Samples of one partial sum, a format constant. */
    static final int BLOCK = 16;

    private static final int BLOCKS_PER_WORKER = 4;

    private final StepContext step;
    private final ScaleDerivative scales;
    private final PerturbAll[] hooks;

    // Of one step.
    private @Nullable SamplePlan plan;
    private float[] losses = new float[0];
    private float[][] partial = new float[0][];
    private double[] sampleVariances = new double[0];
    private int firstOfWave;

    // They are tasks of every step, and so none is made in one.
    private final Workers.Task runChunk = this::runChunk;
    private final Workers.Task measure = this::measure;

    /** The scales' derivative is told of all losses. */
    AllSitesSampling(StepContext step, ScaleDerivative scales) {
        this.step = step;
        this.scales = scales;
        this.hooks = new PerturbAll[step.workers().count()];
        for (int worker = 0; worker < hooks.length; worker++) {
            hooks[worker] = new PerturbAll(step.memory().replayer(worker));
        }
    }

    /** Samples by one plan; adds to the gradient, and writes v̂_i. */
    void estimate(SamplePlan ofStep, float[] gradient, double[] variances, CostLedger ledger) {
        long begun = System.nanoTime();
        plan = ofStep;
        losses = step.memory().losses(ofStep)[0];
        sampleVariances = variances;
        for (PerturbAll hook : hooks) {
            hook.perturb(step.sites());
        }
        SampleChunks chunks = step.memory().chunks();
        chunks.clear();
        plan().addChunks(0, step.clean(), 0, BLOCK, chunks);
        int wave = Math.min(chunks.count(), BLOCKS_PER_WORKER * step.workers().count());
        partial = step.memory().partialSums(wave, gradient.length);
        for (firstOfWave = 0; firstOfWave < chunks.count(); firstOfWave += wave) {
            int count = Math.min(wave, chunks.count() - firstOfWave);
            step.workers().forEach(count, runChunk);
            for (int task = 0; task < count; task++) {
                addInto(partial[task], gradient);
            }
        }
        step.requireFinite(plan(), losses, 0, plan().batchSize(), null);
        ledger.addNanoseconds(CostLedger.Phase.SAMPLES, System.nanoTime() - begun);
        step.workers().forEach(sampleVariances.length, measure);
    }

    private SamplePlan plan() {
        return Objects.requireNonNull(plan, "an estimate has a plan before it samples");
    }

    /** v̂_i = (Σ_j E‖J(h_ij)ᵀ ε‖² / σ²) · mean_k w_ik²: the second moment of one sample. */
    private void measure(int worker, int i) {
        double[] norms = hooks[worker].norms;
        double sum = 0;
        for (int j = 0; j < norms.length; j++) {
            norms[j] = step.scoreNorm(step.sites().get(j), i);
            sum += norms[j];
        }
        for (int j = 0; j < norms.length; j++) {
            scales.measure(i, j, losses, norms[j], sum, step.workspace(worker));
        }
        sampleVariances[i] = sum * step.meanSquaredWeight(plan(), losses, i);
    }

    private static void addInto(float[] from, float[] to) {
        for (int d = 0; d < to.length; d++) {
            to[d] += from[d];
        }
    }

    private void runChunk(int worker, int task) {
        float[] gradient = partial[task];
        Arrays.fill(gradient, 0f);
        PerturbAll hook = hooks[worker];
        int chunk = firstOfWave + task;
        SamplePlan samples = plan();
        SampleChunks chunks = step.memory().chunks();
        int block = chunks.block(chunk);
        int firstRow = chunks.from(chunk) * samples.queriesPerSample();
        Replayer replayer = hook.replayer;
        SampleRows rows = replayer.rows(chunks.samples(chunk) * samples.queriesPerSample());
        samples.describe(block, chunks.from(chunk), step.clean(), rows);
        hook.begin(rows);
        step.replay(block, rows, hook, replayer, losses, firstRow);
        weigh(firstRow, rows);
        Workspace workspace = replayer.workspace();
        // Last site first: a site's score overwrites its perturbed output, which may be the input of a later site.
        for (int announced = hook.announced.size() - 1; announced >= 0; announced--) {
            PerturbedSite site = hook.announced.get(announced);
            if (site.directions() == null) {
                contractActivations(site, hook, rows, gradient, workspace);
            } else {
                contractWeights(site, site.directions(), rows, gradient, workspace);
            }
        }
        workspace.release(0);
    }

    private void contractActivations(
            PerturbedSite site, PerturbAll hook, SampleRows rows, float[] gradient, Workspace workspace) {
        int position = site.site().index();
        Tensor input = perSample(hook.inputs[position], rows, workspace);
        Tensor score = hook.outputs[position];
        for (int row = 0; row < rows.count(); row++) {
            score(site, rows, row, rows.weight()[row], score);
        }
        site.site().contraction().accumulate(step.ops(), score, input, gradient, workspace);
        int count = rows.count();
        step.flops()
                .add(score.elements()
                        + count * site.site().contraction().flops(input.elements() / count, score.elements() / count));
    }

    private void contractWeights(
            PerturbedSite site, WeightDirections directions, SampleRows rows, float[] gradient, Workspace workspace) {
        for (int row = 0; row < rows.count(); row++) {
            directions.accumulate(
                    step.ops(),
                    NoiseAddress.of(RandomKey.ofWords(plan().key(rows.example()[row])), contracted(site, rows, row)),
                    coefficient(site, rows, row, rows.weight()[row]),
                    gradient,
                    workspace);
        }
        step.flops().add(rows.count() * directions.contractionFlops());
    }

    /** The score of a row overwrites the perturbed activations, which no earlier site needs. */
    private void score(PerturbedSite site, SampleRows rows, int row, float weight, Tensor score) {
        int length = score.elements() / rows.count();
        Arrays.fill(score.array(), score.offset() + row * length, score.offset() + (row + 1) * length, 0f);
        float coefficient = coefficient(site, rows, row, weight);
        long key = plan().key(rows.example()[row]);
        int counter1 = contracted(site, rows, row);
        step.ops().noise().addNoiseToRowInto(Distribution.GAUSSIAN, key, counter1, coefficient, score, row, score, row);
    }

    /** The counter of the noise that is contracted. */
    private int contracted(PerturbedSite site, SampleRows rows, int row) {
        int index = site.site().index();
        return step.rules().contraction().applyAsInt(NoiseAddress.counter1(index, rows.sample()[row]));
    }

    private float coefficient(PerturbedSite site, SampleRows rows, int row, float weight) {
        return (float) (step.scale(plan(), rows.example()[row], site) * weight);
    }

    /** Writes w of each row. */
    private void weigh(int first, SampleRows rows) {
        SamplePlan samples = plan();
        for (int row = 0; row < rows.count(); row++) {
            int i = rows.example()[row];
            if (samples.queriesPerSample() == 1) {
                rows.weight()[row] = step.weight(samples, losses, i, rows.sample()[row]);
            } else {
                float clean = step.clean().loss().losses()[i];
                float loss = losses[first + row];
                rows.weight()[row] = row % 2 == 0
                        ? step.rules().weight().weight(loss, clean, clean)
                        : step.rules().weight().weight(clean, loss, clean);
            }
        }
    }

    private Tensor perSample(Activation input, SampleRows rows, Workspace workspace) {
        if (input.perSample()) {
            return input.tensor();
        }
        Tensor expanded = workspace.take(input.shape().withFirst(rows.count()));
        step.ops().elementwise().gatherInto(input.tensor(), rows.recorded(), expanded);
        return expanded;
    }

    /** Perturbs every trained site and keeps what the contraction needs. */
    private final class PerturbAll implements SiteHook {
        private final Replayer replayer;
        private final List<PerturbedSite> announced = new ArrayList<>();
        private final @Nullable PerturbedSite[] perturbed =
                new @Nullable PerturbedSite[step.network().sites().size()];
        private final Activation[] inputs =
                new Activation[step.network().sites().size()];
        private final Tensor[] outputs = new Tensor[step.network().sites().size()];
        private double[] norms = new double[0];
        private SampleRows rows = SampleRows.NONE;

        PerturbAll(Replayer replayer) {
            this.replayer = replayer;
        }

        /** The sites of a step; those of all steps have the same places. */
        void perturb(List<PerturbedSite> sites) {
            for (PerturbedSite site : sites) {
                perturbed[site.site().index()] = site;
            }
            if (norms.length != sites.size()) {
                norms = new double[sites.size()];
            }
        }

        void begin(SampleRows described) {
            rows = described;
            announced.clear();
        }

        @Override
        public boolean keepsActivations() {
            return true;
        }

        @Override
        public @Nullable Tensor at(ForwardContext context, Site site, Activation input, Activation output) {
            PerturbedSite at = perturbed[site.index()];
            if (at == null) {
                return null;
            }
            SamplePlan samples = plan();
            Tensor out = context.newSampleTensor(output);
            for (int row = 0; row < rows.count(); row++) {
                long key = samples.key(rows.example()[row]);
                int counter1 = NoiseAddress.counter1(site.index(), rows.sample()[row]);
                float sign = StepContext.sign(samples, row);
                at.perturbInto(
                        step.ops(),
                        key,
                        counter1,
                        sign,
                        input,
                        output,
                        rows.recorded()[row],
                        out,
                        row,
                        replayer.workspace());
            }
            announced.add(at);
            step.flops().add(rows.count() * at.perturbFlops(out.elements() / rows.count()));
            inputs[site.index()] = input;
            outputs[site.index()] = out;
            return out;
        }
    }
}
