using System.CommandLine;

namespace Microsoft.ML.Cnn.Peers.Proofs;

/// <summary>Proves that this library and its peers compute the same, before anybody asks who is faster.</summary>
internal static class ProveCommand
{
    public static int Run(string[] args)
    {
        Option<string> nets = Options.Nets();
        RootCommand command = new("Proves that this library and its peers compute the same.") { nets, Options.Direct };
        command.SetAction(parsed =>
        {
            int failures = 0;
            foreach (Proof proof in Proofs(Options.Works(parsed, nets), Options.Convolutions(parsed)))
            {
                Console.WriteLine(proof);
                failures += proof.Holds ? 0 : 1;
            }

            Console.WriteLine(failures == 0 ? "All hold." : $"{failures} fail.");
            return failures == 0 ? 0 : 1;
        });
        return command.Parse(args).Invoke();
    }

    private static IEnumerable<Proof> Proofs(IEnumerable<ComparedWork> works, ConvolutionAlgorithm convolutions) =>
        LayerProofs
            .Run(convolutions)
            .Concat(NetworkProofs.Smooth.Run(convolutions))
            .Concat(NetworkProofs.Joined.Run(convolutions))
            .Concat(works.SelectMany(work => work.Prove(convolutions)));
}
