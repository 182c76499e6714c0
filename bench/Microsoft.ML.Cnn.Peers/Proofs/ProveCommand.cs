using System.CommandLine;
using Microsoft.ML.Cnn.Peers.Networks;

namespace Microsoft.ML.Cnn.Peers.Proofs;

/// <summary>Proves that this library and its peers compute the same, before anybody asks who is faster.</summary>
internal static class ProveCommand
{
    /// <summary>Multiply-adds of an image up to which many steps are taken with libtorch; more would take minutes.</summary>
    private const long TrainableMultiplyAdds = 100_000_000;

    public static int Run(string[] args)
    {
        Option<string> nets = Options.Words("--nets", "Networks", [.. ComparedNetwork.All.Select(net => net.Name)]);
        RootCommand command = new("Proves that this library and its peers compute the same.") { nets, Options.Direct };
        command.SetAction(parsed =>
        {
            int failures = 0;
            IEnumerable<ComparedNetwork> networks = parsed.GetRequiredValue(nets).Split(',').Select(ComparedNetwork.Named);
            foreach (Proof proof in Proofs(networks, Options.Convolutions(parsed)))
            {
                Console.WriteLine(proof);
                failures += proof.Holds ? 0 : 1;
            }

            Console.WriteLine(failures == 0 ? "All hold." : $"{failures} fail.");
            return failures == 0 ? 0 : 1;
        });
        return command.Parse(args).Invoke();
    }

    private static IEnumerable<Proof> Proofs(IEnumerable<ComparedNetwork> nets, ConvolutionAlgorithm convolutions)
    {
        foreach (Proof proof in LayerProofs.Run(convolutions))
        {
            yield return proof;
        }

        foreach (NetworkProofs network in nets.Select(NetworkProofs.Of).Prepend(NetworkProofs.Smooth))
        {
            IEnumerable<Proof> proofs = network.Step(convolutions).Concat(network.Prediction(convolutions));
            bool isSmall = network.Layers.Summary(network.Input).MultiplyAdds < TrainableMultiplyAdds;
            foreach (Proof proof in isSmall ? proofs.Concat(network.Training(convolutions)) : proofs)
            {
                yield return proof;
            }
        }
    }
}
