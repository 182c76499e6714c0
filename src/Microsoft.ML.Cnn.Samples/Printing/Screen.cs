using Spectre.Console;

namespace Microsoft.ML.Cnn.Samples.Printing;

/// <summary>The console, as a terminal or as a stream of plain text.</summary>
internal static class Screen
{
    // A file or a pipe has no width of its own.
    private const int PlainWidth = 120;

    /// <summary>A console on a writer: a terminal with colours where the writer is one, and else plain text.</summary>
    public static IAnsiConsole On(TextWriter output)
    {
        if (output == Console.Out && !Console.IsOutputRedirected)
        {
            return AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        }

        IAnsiConsole plain = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(output),
            }
        );
        plain.Profile.Width = PlainWidth;
        plain.Profile.Capabilities.Unicode = true;
        return plain;
    }

    /// <summary>A heading over what follows.</summary>
    public static void Heading(this IAnsiConsole console, string text)
    {
        console.WriteLine();
        console.MarkupLineInterpolated($"[bold]{text}[/]");
    }

    /// <summary>A table as this program draws them all: no more lines than it takes.</summary>
    public static Table PlainTable() => new Table().Border(TableBorder.Simple).BorderColor(Color.Grey);
}
