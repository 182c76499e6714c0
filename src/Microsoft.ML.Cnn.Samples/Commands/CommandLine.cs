using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Microsoft.ML.Cnn.Samples.Printing;
using Spectre.Console;

namespace Microsoft.ML.Cnn.Samples.Commands;

// Here and not above: Microsoft.ML has a namespace of that name, which would come first.
using Command = System.CommandLine.Command;

/// <summary>The command line of this program.</summary>
internal static class CommandLine
{
    private const int Failed = 1;

    // What shells give a program that Ctrl+C ended.
    private const int Interrupted = 130;

    /// <summary>Runs a command. What goes wrong is one line on <paramref name="error"/>.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            ParseResult parsed = Commands(Screen.On(output), cancellationToken).Parse(args);
            if (parsed.Action is ParseErrorAction)
            {
                throw new UserErrorException($"{parsed.Errors[0].Message} (--help tells all options.)");
            }

            return parsed.Invoke(
                new InvocationConfiguration
                {
                    Output = output,
                    Error = error,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                }
            );
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            error.WriteLine("Interrupted; no model was written.");
            return Interrupted;
        }
        catch (Exception refusal) when (ErrorLine.Explains(refusal))
        {
            error.WriteLine(ErrorLine.Of(refusal));
            return Failed;
        }
    }

    private static RootCommand Commands(IAnsiConsole console, CancellationToken cancellationToken)
    {
        RootCommand root = new($"Samples of Microsoft.ML.Cnn, a command for each question. Without a command: {LeNet5Command.Name}.");
        Command leNet5 = new(LeNet5Command.Name, LeNet5Command.Description);
        LeNet5Command options = new();
        foreach (Command command in new[] { root, leNet5 })
        {
            options.Equip(command, request => new LeNet5Run(request, console, cancellationToken).Run());
        }

        Command[] commands =
        [
            leNet5,
            PredictCommand.Create(console, cancellationToken),
            SummaryCommand.Create(console),
            EdgesCommand.Create(console, cancellationToken),
            FeaturesCommand.Create(console, cancellationToken),
            AugmentCommand.Create(console, cancellationToken),
            ExperimentCommand.Create(console, cancellationToken),
        ];
        foreach (Command command in commands)
        {
            command.Validators.Add(RefuseOptionsBefore);
            root.Add(command);
        }

        return root;
    }

    // The options of the default command are the root's too, where another command would not see them.
    private static void RefuseOptionsBefore(CommandResult command)
    {
        if ((command.Parent as CommandResult)?.Children.OfType<OptionResult>().FirstOrDefault(option => !option.Implicit) is { } stray)
        {
            command.AddError($"{stray.Option.Name} stands before '{command.Command.Name}'; the options of a command follow it.");
        }
    }
}
