package dev.flops.tensor.network;

import dev.flops.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * What a clean forward of some examples left behind: the output of every operation, and the input and output of every
 * site. A replay reads from it all that does not depend on a perturbation.
 */
public final class Recording {
    private final List<Tensor> outputs = new ArrayList<>();
    private final List<Tensor> siteInputs = new ArrayList<>();
    private final List<Tensor> siteOutputs = new ArrayList<>();
    private final List<Long> flopsAtSites = new ArrayList<>();

    /** An empty recording. */
    public Recording() {}

    /**
     * The clean input of a site's layer.
     *
     * @param site the site
     * @return (examples, ...)
     */
    public Tensor siteInput(Site site) {
        return siteInputs.get(site.index());
    }

    /**
     * The clean output at a site.
     *
     * @param site the site
     * @return (examples, ...)
     */
    public Tensor siteOutput(Site site) {
        return siteOutputs.get(site.index());
    }

    /**
     * Floating-point operations of the forward up to a site, whose output they include.
     *
     * @param site the site
     * @return operations for all examples of the recording
     */
    public long flopsAt(Site site) {
        return flopsAtSites.get(site.index());
    }

    void clear() {
        outputs.clear();
        siteInputs.clear();
        siteOutputs.clear();
        flopsAtSites.clear();
    }

    void add(Tensor output) {
        outputs.add(output);
    }

    void addSite(Site site, Tensor input, Tensor output, long flops) {
        if (site.index() != siteInputs.size()) {
            throw new IllegalStateException("site " + site.name() + " has index " + site.index()
                    + " but was announced in position " + siteInputs.size());
        }
        siteInputs.add(input);
        siteOutputs.add(output);
        flopsAtSites.add(flops);
    }

    Tensor output(int operation) {
        return outputs.get(operation);
    }
}
