using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using TypedEvents.Eng.Support;

namespace TypedEvents.Eng.Commands;

/// <summary>
/// Builds the documentation site with DocFX: the pages of docs, and the API reference from the documentation comments. Every warning is an
/// error, links that lead nowhere among them.
/// </summary>
internal static partial class DocsCommand
{
    private const string Framework = "net10.0";

    private static readonly string Pages = Path.Combine(Repository.Root, "docs");
    private static readonly string Sources = Path.Combine(Repository.Root, "eng", "docs-site");

    public static Command Create()
    {
        var noBuild = new Option<bool>("--no-build") { Description = "Uses the assemblies of an earlier dotnet build." };
        var command = new Command("docs", "Builds the documentation site in artifacts/docs/_site; a link that leads nowhere is an error.") { noBuild };
        command.SetAction(result => RunAsync(result.GetValue(noBuild)));
        return command;
    }

    public static async Task<int> RunAsync(bool noBuild)
    {
        string target = Path.Combine(Repository.Artifacts, "docs");
        if (Directory.Exists(target))
        {
            Directory.Delete(target, recursive: true);
        }

        string address = RepositoryAddress(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "Directory.Build.props")));
        foreach (string file in Directory.EnumerateFiles(Pages, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(target, Path.GetRelativePath(Pages, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            if (Path.GetExtension(file) == ".md")
            {
                await File.WriteAllTextAsync(copy, WithLinksToRepository(await File.ReadAllTextAsync(file), file, address));
            }
            else
            {
                File.Copy(file, copy);
            }
        }

        // The start page is the index of the documentation.
        File.Move(Path.Combine(target, "README.md"), Path.Combine(target, "index.md"));
        await File.WriteAllTextAsync(Path.Combine(target, "toc.yml"), TableOfContents(await File.ReadAllTextAsync(Path.Combine(Pages, "README.md"))));
        File.Copy(Path.Combine(Repository.Root, "src", "icon.png"), Path.Combine(target, "icon.png"));
        string site = Path.Combine(target, "_site");
        string style = Path.Combine("template", "public", "main.css");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(target, style))!);
        File.Copy(Path.Combine(Sources, style), Path.Combine(target, style));
        string settings = Path.Combine(target, "docfx.json");
        await File.WriteAllTextAsync(settings, WithAssemblies(
            await File.ReadAllTextAsync(Path.Combine(Sources, "docfx.json")),
            await AssembliesAsync(noBuild)));

        await Shell.RunAsync("dotnet", "tool", "restore");
        int code = await Shell.TryRunAsync("dotnet", ["docfx", settings, "--warningsAsErrors"]);
        if (Directory.Exists(site))
        {
            // DocFX's template brings source maps, which are most of its size and which nobody who reads needs.
            foreach (string map in Directory.EnumerateFiles(site, "*.map", SearchOption.AllDirectories))
            {
                File.Delete(map);
            }
        }

        return code;
    }

    /// <summary>The API reference is made from the assemblies and their documentation files: DocFX needs minutes to load the projects.</summary>
    private static async Task<IReadOnlyList<string>> AssembliesAsync(bool noBuild)
    {
        var assemblies = new List<string>();
        foreach (string project in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            // Tools have no API, and what isn't a package yet isn't released.
            string text = await File.ReadAllTextAsync(project);
            if (text.Contains("<OutputType>Exe<", StringComparison.Ordinal) || text.Contains("<IsPackable>false<", StringComparison.Ordinal))
            {
                continue;
            }

            if (!noBuild)
            {
                await Shell.RunAsync("dotnet", "build", project, "-f", Framework, "-tl:off", "-v:q", "-nologo");
            }

            string assembly = Path.Combine(Path.GetDirectoryName(project)!, "bin", "Debug", Framework, Path.GetFileNameWithoutExtension(project) + ".dll");
            assemblies.Add(File.Exists(assembly) ? assembly : throw new EngException($"{assembly} is missing. Run dotnet build, or leave out --no-build."));
        }

        return assemblies;
    }

    private static string WithAssemblies(string settings, IReadOnlyList<string> assemblies)
    {
        JsonObject json = JsonNode.Parse(settings)!.AsObject();
        // The assemblies of ASP.NET Core are in no output folder.
        string shared = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string web = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(shared))!, "Microsoft.AspNetCore.App", Path.GetFileName(shared));
        json["metadata"] = new JsonArray(new JsonObject
        {
            ["src"] = new JsonArray([.. assemblies.Select(assembly => new JsonObject
            {
                ["src"] = Path.GetDirectoryName(assembly),
                ["files"] = new JsonArray(Path.GetFileName(assembly)),
            })]),
            ["references"] = new JsonArray(new JsonObject { ["src"] = web, ["files"] = new JsonArray("Microsoft.*.dll") }),
            ["dest"] = "api",
            ["namespaceLayout"] = "flattened",
            ["memberLayout"] = "samePage",
        });
        return json.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    /// <summary>
    /// Lets links to files outside of docs lead to the repository, which isn't part of the site. A link to a file that doesn't exist is an
    /// error; DocFX finds the others.
    /// </summary>
    internal static string WithLinksToRepository(string markdown, string file, string address)
    {
        string folder = Path.GetDirectoryName(file)!;
        MarkdownDocument document = Markdown.Parse(markdown, new MarkdownPipelineBuilder().UsePreciseSourceLocation().UsePipeTables().Build());
        var text = new StringBuilder(markdown);
        foreach (LinkInline link in document.Descendants<LinkInline>().Where(link => link.Url is not null && !link.IsAutoLink).OrderByDescending(link => link.UrlSpan.Start))
        {
            if (link.Url!.StartsWith('#') || Uri.TryCreate(link.Url, UriKind.Absolute, out _))
            {
                continue;
            }

            string[] parts = link.Url.Split('#', 2);
            string path = Path.GetFullPath(Path.Combine(folder, parts[0]));
            string anchor = parts.Length == 2 ? "#" + parts[1] : "";
            string? url = null;
            if (!path.StartsWith(Pages + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                if (!Path.Exists(path))
                {
                    throw new EngException($"{Path.GetRelativePath(Repository.Root, file)}({link.Line + 1}): the link {link.Url} leads nowhere.");
                }

                string relative = Path.GetRelativePath(Repository.Root, path).Replace('\\', '/');
                url = $"{address}/{(Directory.Exists(path) ? "tree" : "blob")}/main/{relative}{anchor}";
            }
            else if (path == Path.Combine(Pages, "README.md"))
            {
                url = parts[0][..^"README.md".Length] + "index.md" + anchor;
            }

            if (url is not null)
            {
                text.Remove(link.UrlSpan.Start, link.UrlSpan.Length).Insert(link.UrlSpan.Start, url);
            }
        }

        return text.ToString();
    }

    /// <summary>The site's contents are those of docs/README.md: its headings, and the pages that it links to below each.</summary>
    internal static string TableOfContents(string index)
    {
        var toc = new StringBuilder();
        Add("", "Getting started", "getting-started.md");
        string? section = null;
        foreach (Block block in Markdown.Parse(index))
        {
            if (block is HeadingBlock { Level: 2 } heading)
            {
                section = TextOf(heading.Inline!);
            }
            else if (block is ListBlock list)
            {
                foreach (LinkInline link in list.Descendants<LinkInline>().Where(link => !link.Url!.StartsWith("..", StringComparison.Ordinal)))
                {
                    if (section is not null)
                    {
                        toc.Append("- name: ").Append(JsonSerializer.Serialize(section)).Append("\n  items:\n");
                        section = null;
                    }

                    string name = TextOf(link);
                    Add("  ", char.ToUpperInvariant(name[0]) + name[1..], link.Url!);
                }
            }
        }

        Add("", "API", "api/");
        return toc.ToString();

        void Add(string indent, string name, string href) =>
            toc.Append(indent).Append("- name: ").Append(JsonSerializer.Serialize(name)).Append('\n').Append(indent).Append("  href: ").Append(href).Append('\n');

        static string TextOf(ContainerInline inline) => string.Concat(inline.Descendants<LiteralInline>().Select(literal => literal.Content.ToString()));
    }

    private static string RepositoryAddress(string props) =>
        Address().Match(props) is { Success: true } match ? match.Groups[1].Value : throw new EngException("Directory.Build.props has no RepositoryUrl.");

    [GeneratedRegex("<RepositoryUrl>(.*?)</RepositoryUrl>")]
    private static partial Regex Address();
}
