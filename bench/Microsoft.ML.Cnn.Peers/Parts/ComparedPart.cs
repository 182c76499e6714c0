using Microsoft.ML.Cnn.Peers.Engines;
using Microsoft.ML.Cnn.Peers.Measuring;
using Microsoft.ML.Cnn.Peers.Proofs;

namespace Microsoft.ML.Cnn.Peers.Parts;

/// <summary>A single computation, which libtorch does alone too. What is timed is proved to give the same numbers.</summary>
internal abstract record ComparedPart(string Selection, string Name) : ComparedWork(Selection, Name)
{
    protected abstract IReadOnlyList<Setting> TorchSettings { get; }

    public sealed override IReadOnlyList<Setting> Settings(string peer, string mode, int threads) =>
        peer == Setting.Libtorch ? TorchSettings : [];

    public abstract override IPartEngine Start(Workload workload);

    public sealed override IEnumerable<Proof> Prove(ConvolutionAlgorithm convolutions)
    {
        foreach ((string mode, int batch) in Cases(threads: 1))
        {
            Conditions conditions = new(Threads: 1, Conditions.BestInstructionSet, convolutions);
            Workload workload = new(Setting.Ours, this, mode, batch, conditions, Seconds: 0);
            float[] ours = Result(workload);
            foreach (Setting setting in TorchSettings)
            {
                double error = Proof.Distance(ours, Result(workload with { Setting = setting }));
                yield return new Proof($"{Name}: {mode} of {batch}, against {setting}", error, Proof.LayerBound);
            }
        }
    }

    private float[] Result(Workload workload)
    {
        using IPartEngine engine = Start(workload);
        return engine.Result();
    }
}
